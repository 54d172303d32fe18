package io.firn.compactor.journal;

import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;

/**
 * Files of a table that no snapshot has and that must be kept all the same: a compaction is writing them, or will
 * commit them, or keeps them as evidence of a rewrite that went wrong. The records of compactions are such files, too.
 */
public final class InFlight {
    private final String journal;
    private final Set<String> operations;

    private InFlight(String journal, Set<String> operations) {
        this.journal = journal;
        this.operations = operations;
    }

    /** Reads which rewrites of a table are not committed and not given up. */
    public static InFlight of(Table table) {
        Set<String> operations = new Journal(table)
                .entries().stream().map(JournalEntry::operation).collect(Collectors.toSet());
        return new InFlight(Journal.folder(table), operations);
    }

    /** Returns whether a file of the table must not be deleted, though no snapshot has it. */
    public boolean has(String location) {
        String name = location.substring(location.lastIndexOf('/') + 1);
        return location.startsWith(journal) || operations.stream().anyMatch(name::startsWith);
    }
}
