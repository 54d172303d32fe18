package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.Expectation;
import io.firn.catalog.config.Severity;
import io.firn.dq.expect.CheckedTable;
import io.firn.dq.expect.Checks;
import io.firn.dq.expect.History;
import io.firn.dq.expect.KeyHints;
import io.firn.dq.expect.Run;
import io.firn.dq.result.Moment;
import io.firn.dq.result.Result;
import io.firn.dq.result.Scope;
import io.firn.engine.index.IndexHints;
import io.firn.engine.index.KeyGlance;
import io.firn.engine.index.KeyStore;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.index.RocksKeyStore;
import io.firn.engine.source.MemorySource;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer's index tells which keys are there, whatever became of the table since, and checks are right without it. */
class IndexHintsTest {
    private static final String ITEM = "public.item";
    private static final String STOCK = "public.stock";
    private static final Expectation REFERENCES = new Expectation.References(
            "item", List.of("id"), "item", List.of("id"), Duration.ofMinutes(1), Severity.CRITICAL);

    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();
    private final FakePostgres postgres = new FakePostgres(source, SmallLake.PREFIX);
    private SmallLake small;
    private Lake lake;
    private DuckDatabase duck;

    @BeforeEach
    void fill() throws IOException {
        small = new SmallLake(folder, 3);
        lake = small.open();
        duck = DuckDatabase.open(small.config.workbench());
        FakePostgres.Transaction all = postgres.begin();
        for (long id = 1; id <= 20; id++) {
            all.put(ITEM, id, "item", 1).put(STOCK, id, "stock", 1);
        }
        all.commit();
        ingest(this::onDisk);
    }

    @AfterEach
    void close() {
        duck.close();
        lake.close();
    }

    private Path index(String table) {
        return folder.resolve("index").resolve(table);
    }

    private KeyStore onDisk(String table) {
        return RocksKeyStore.open(index(table));
    }

    private void ingest(Function<String, KeyStore> keys) {
        try (Ingest ingest = new Ingest(small.setup(lake, duck, source, keys, IngestListener.NONE))) {
            ingest.runUntilCaughtUp();
        }
    }

    private KeyHints hints() {
        return new IndexHints(table -> KeyGlance.open(index(table), folder.resolve("glance")));
    }

    private CheckedTable checked(String name, long snapshotId) {
        return new CheckedTable(
                name,
                lake.table(name),
                lake.table(TableDefinition.changeLogOf(name)),
                snapshotId,
                "public." + name,
                List.of("id"),
                name.equals("stock") ? List.of(REFERENCES) : List.of(),
                Set.of());
    }

    private long head(String table) {
        Table present = lake.table(table);
        return Objects.requireNonNull(present.currentSnapshot()).snapshotId();
    }

    /** Asks for the keys from 1 to 25. */
    private Set<Long> found(long snapshotId) throws SQLException {
        Set<Long> found = new TreeSet<>();
        try (DuckDBConnection connection = duck.connect();
                KeyHints.Known known = hints().of(checked("item", snapshotId)).orElseThrow()) {
            known.find(
                    connection, "(SELECT unnest(range(1, 26)) AS id, unnest(range(101, 126)) AS n)", "n", found::add);
        }
        return found;
    }

    private static Set<Long> ids(long first, long last) {
        Set<Long> ids = new TreeSet<>();
        LongStream.rangeClosed(100 + first, 100 + last).forEach(ids::add);
        return ids;
    }

    private Result references(History history) {
        Run run = new Run(
                "run",
                Moment.HEAD,
                LocalDate.EPOCH,
                Scope.INCREMENTAL,
                Instant.now().plusSeconds(600),
                ZoneOffset.UTC);
        try (Workbench workbench = new Workbench(duck, small.config.workbench())) {
            return new Checks(
                            workbench,
                            List.of(checked("item", head("item")), checked("stock", head("stock"))),
                            history,
                            null,
                            hints())
                    .run(run, List.of("stock"), (table, what) -> {})
                    .get(0);
        }
    }

    @Test
    void anEntryCountsWhereTheSnapshotHasItsRow() throws SQLException {
        long before = head("item");
        assertThat(found(before)).isEqualTo(ids(1, 20));

        postgres.begin()
                .delete(ITEM, 3)
                .put(ITEM, 4, "changed", 1)
                .put(ITEM, 21, "new", 1)
                .commit();
        ingest(table -> new MemoryKeyStore());
        Set<Long> withoutOlder = ids(1, 20);
        withoutOlder.removeAll(ids(3, 4));
        assertThat(found(head("item"))).isEqualTo(withoutOlder);

        postgres.begin().put(ITEM, 22, "newer", 1).commit();
        ingest(this::onDisk);
        Set<Long> now = ids(1, 22);
        now.remove(103L);
        assertThat(found(head("item"))).isEqualTo(now);
        Set<Long> then = ids(1, 20);
        then.remove(104L);
        assertThat(found(before)).isEqualTo(then);
        assertThat(folder.resolve("glance")).doesNotExist();
    }

    @Test
    void aReferenceThatNoHintFindsIsLookedUpInTheTable() throws IOException {
        Result held = references(History.NONE);
        History history = new History(List.of(held), List.of(held));
        postgres.begin()
                .put(STOCK, 21, "stock", 1)
                .put(STOCK, 22, "stock", 1)
                .put(ITEM, 21, "new", 1)
                .delete(ITEM, 3)
                .commit();
        ingest(table -> new MemoryKeyStore());

        Result result = references(history);
        assertThat(result.detail()).isEqualTo("2 rows refer to rows that are missing; 0 more may still come");
        assertThat(result.scope()).isEqualTo(Scope.INCREMENTAL);
        assertThat(result.sample()).extracting(row -> row.get("id")).containsExactly("3", "22");

        try (DirectoryStream<Path> files = Files.newDirectoryStream(index("item"), "*.sst")) {
            Files.write(files.iterator().next(), new byte[9]);
        }
        assertThat(references(history).sample()).isEqualTo(result.sample());
    }

    @Test
    void whereThereIsNoIndexNothingIsKnown() {
        assertThat(KeyGlance.open(folder.resolve("elsewhere"), folder.resolve("glance")))
                .isEmpty();
        assertThat(hints().of(checked("item", head("item")))).isPresent().get().satisfies(KeyHints.Known::close);
    }
}
