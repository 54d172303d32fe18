package io.firn.dq.verify;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which transactions a snapshot of PostgreSQL sees, as {@code txid_current_snapshot()} prints it:
 * {@code xmin:xmax:in,progress}.
 *
 * @param next the first transaction that had not begun; counted over all epochs
 * @param inProgress transactions before it that had not ended
 */
record Visibility(long next, Set<Long> inProgress) {
    private static final long EPOCH = 1L << 32;

    Visibility {
        inProgress = Set.copyOf(inProgress);
    }

    static Visibility parse(String snapshot) {
        String[] fields = snapshot.split(":", -1);
        Set<Long> open = Arrays.stream(fields[2].split(",", -1))
                .filter(id -> !id.isEmpty())
                .map(Long::valueOf)
                .collect(Collectors.toSet());
        return new Visibility(new BigDecimal(fields[1]).longValueExact(), open);
    }

    /** @param transaction a committed one, within its epoch, as the change log has it */
    boolean sees(long transaction) {
        long id = next - next % EPOCH + transaction;
        if (id - next > EPOCH / 2) {
            id -= EPOCH;
        }
        return id < next && !inProgress.contains(id);
    }
}
