package io.firn.engine.simulation;

import io.firn.catalog.Lake;
import io.firn.engine.ingest.FakePostgres;
import io.firn.snapshot.replay.Repair;
import io.firn.snapshot.replay.RepairScope;
import io.firn.snapshot.replay.Start;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.util.List;

/**
 * What the change logs make of the tables: made again from the first change on, a table is what it is, unless somebody
 * deleted rows in the lake itself, which no log knows of.
 */
final class MadeAgain {
    private static final long END = Long.MAX_VALUE - 1;

    private final FakePostgres postgres;
    private final Expected expected;
    private final Databases databases;
    private final Path folder;

    MadeAgain(FakePostgres postgres, Expected expected, Databases databases, Path folder) {
        this.postgres = postgres;
        this.expected = expected;
        this.databases = databases;
        this.folder = folder;
    }

    void check(Lake lake) {
        DuckDatabase database = databases.take();
        try (Workbench workbench = new Workbench(database, database.config())) {
            Repair repair = new Repair(lake, workbench, folder);
            for (String name : Invariants.TABLES) {
                List<Repair.Part> parts = repair.run(name, RepairScope.ALL, Start.BEGINNING, Repair.Mode.COMPARE);
                String source = Invariants.source(name);
                boolean untouched = expected.rows(source, END).equals(postgres.rowsAt(source, END));
                Invariants.expect(
                        "that the log makes %s what it is: %s".formatted(name, parts),
                        untouched,
                        parts.stream().allMatch(part -> part.finding() == null));
            }
        } finally {
            databases.giveBack(database);
        }
    }
}
