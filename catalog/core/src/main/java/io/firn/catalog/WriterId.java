package io.firn.catalog;

import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Table;

/**
 * Who may append to a change log. A writer claims all of its logs, one after the other, before it reads where they
 * stand; from then on nobody who came before it can append to any of them, however late they wake up. Epochs only grow
 * within a log. This is the fencing token of Martin Kleppmann's "How to do distributed locking" (2016), checked by the
 * table's own compare-and-swap.
 *
 * @param epoch counts the writers of a log from 1
 * @param id tells writers apart that chose the same epoch
 */
public record WriterId(long epoch, String id) {
    static final String PROPERTY = "firn.writer";

    public WriterId {
        if (epoch < 1) {
            throw new IllegalArgumentException("a writer's epoch must be at least 1 but was " + epoch);
        }
    }

    /** @return a new writer that comes after {@code epoch} */
    public static WriterId after(long epoch) {
        return new WriterId(epoch + 1, UUID.randomUUID().toString());
    }

    /** @return the writer that claimed the log last; empty when none ever did */
    public static Optional<WriterId> of(Table log) {
        return CutProperties.newest(log, PROPERTY).map(WriterId::parse);
    }

    /** @return the epoch of the writer that claimed the log last; 0 when none ever did */
    public static long epochOf(Table log) {
        return of(log).map(WriterId::epoch).orElse(0L);
    }

    private static WriterId parse(String text) {
        int dash = text.indexOf('-');
        return new WriterId(Long.parseLong(text.substring(0, dash)), text.substring(dash + 1));
    }

    /** @return what {@link #of} reads back */
    @Override
    public String toString() {
        return epoch + "-" + id;
    }
}
