package io.firn.catalog;

import java.time.Duration;
import java.time.Instant;
import org.apache.iceberg.Table;

/**
 * A request to the writer of a table to let somebody else commit first, for work that cannot be done between two of the
 * writer's commits. It is a property of the table with the moment at which it ends by itself, so that nobody who dies
 * holds up a writer for long; and a writer waits for {@link #LONGEST} at most, whatever the property says.
 *
 * <p>Nothing depends on it but progress: commits are made onto the head they were computed for, with it or without it.
 */
public final class WriterPause {
    /** A request for more counts as this. */
    public static final Duration LONGEST = Duration.ofMinutes(1);

    /** The property: milliseconds since 1970-01-01, UTC. */
    private static final String UNTIL = "firn.writer-paused-until";

    private WriterPause() {}

    /** Asks the writer of {@code table} to wait. A request before this one is forgotten. */
    public static void ask(Table table, Instant until) {
        BesideWriters.commit(
                table,
                () -> table.updateProperties()
                        .set(UNTIL, Long.toString(until.toEpochMilli()))
                        .commit());
    }

    /** Takes a request back. */
    public static void end(Table table) {
        table.refresh();
        if (table.properties().containsKey(UNTIL)) {
            BesideWriters.commit(
                    table, () -> table.updateProperties().remove(UNTIL).commit());
        }
    }

    /**
     * @param table as it was read last
     * @return how long its writer is asked to wait from {@code now} on, {@link #LONGEST} at most; zero when it is not,
     *     and when the property is no number
     */
    public static Duration remaining(Table table, Instant now) {
        String until = table.properties().get(UNTIL);
        if (until == null) {
            return Duration.ZERO;
        }
        Duration left;
        try {
            left = Duration.between(now, Instant.ofEpochMilli(Long.parseLong(until)));
        } catch (NumberFormatException e) {
            return Duration.ZERO;
        }
        if (left.isNegative()) {
            return Duration.ZERO;
        }
        return left.compareTo(LONGEST) > 0 ? LONGEST : left;
    }
}
