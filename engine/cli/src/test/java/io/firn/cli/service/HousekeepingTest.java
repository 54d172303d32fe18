package io.firn.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.ChangeLogCommit;
import io.firn.catalog.CurrentTableCommit;
import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.Lake;
import io.firn.catalog.LocalFileIO;
import io.firn.catalog.RowChanges;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.SourceTable;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.snapshot.ledger.LedgerAudit;
import io.firn.workbench.AsOf;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Scan;
import io.firn.workbench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the service does about the past, on a lake whose days are closed by hand. */
class HousekeepingTest {
    private static final String CONFIG = """
            lake: { namespace: atlas }
            source: { bootstrap-servers: "localhost:1" }
            tables:
              product: { source: public.product, key: [id] }
            snapshots: { zone: UTC, close: marker, retain: 24 months, keep-all: 1h, grace: 1h }
            """;
    private static final Scheduled.Stopping NEVER = () -> false;

    @TempDir
    private Path folder;

    private FirnConfig config;
    private Lake lake;
    private DuckDatabase duck;
    private Workbench workbench;
    private DuckDBConnection connection;

    @BeforeEach
    void open() throws Exception {
        config = ConfigLoader.load(Files.writeString(folder.resolve("firn.yaml"), CONFIG), Map.of());
        lake = Lake.open(config.lake());
        duck = DuckDatabase.open(config.workbench());
        workbench = new Workbench(duck, config.workbench());
        connection = duck.connect();
        TableDefinition definition = TableDefinition.of(
                "product",
                config.table("product"),
                new SourceTable("public.product", List.of(new SourceColumn("id", "bigint", true)), List.of("id")));
        lake.currentTable(definition);
        lake.changeLog(definition);
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        workbench.close();
        duck.close();
        lake.close();
    }

    private Table product() {
        return lake.table("product");
    }

    private DataFile write(int id) {
        return new ParquetOut(product(), "test", FileSettings.of(product()), folder.resolve("upload"))
                .write(connection, "SELECT %d::BIGINT AS id".formatted(id))
                .orElseThrow();
    }

    private void commit(long number, RowChanges changes, String... closes) throws Exception {
        Cut cut = new Cut(
                number,
                number,
                Instant.EPOCH,
                SourcePosition.EMPTY,
                new SourcePosition(Map.of("t/0", Long.toString(number))),
                List.of("product"),
                List.of(closes));
        Table log = lake.table("product_changes");
        ChangeLogCommit.append(log, List.of(), cut, CutProperties.applied(log));
        Table table = product();
        CurrentTableCommit.commit(table, table.currentSnapshot(), changes, cut);
    }

    private Housekeeping housekeeping(Clock clock) {
        return new Housekeeping(config, lake, workbench, clock);
    }

    private List<Long> snapshots() {
        return StreamSupport.stream(product().snapshots().spliterator(), false)
                .map(Snapshot::snapshotId)
                .toList();
    }

    private static boolean exists(DataFile file) {
        return Files.exists(LocalFileIO.path(file.location()));
    }

    @Test
    void aDayIsEnteredAndWhatNothingNeedsIsForgottenAndThenDeleted() throws Exception {
        DataFile first = write(1);
        DataFile second = write(2);
        commit(1, new RowChanges(List.of(first), List.of(), List.of(), List.of()));
        long forgotten = product().currentSnapshot().snapshotId();
        commit(2, new RowChanges(List.of(second), List.of(first), List.of(), List.of()), "day-2026-11-20");
        long tagged = product().currentSnapshot().snapshotId();
        commit(3, RowChanges.NONE);
        long head = product().currentSnapshot().snapshotId();

        ManualClock clock = new ManualClock(Instant.now().plus(Duration.ofHours(2)));
        Housekeeping housekeeping = housekeeping(clock);
        housekeeping.run(NEVER);
        assertThat(product().refs())
                .hasEntrySatisfying(
                        "day-2026-11-20", tag -> assertThat(tag.maxRefAgeMs()).isNotNull());
        assertThat(new LedgerAudit(lake, config.snapshots(), workbench, clock)
                        .verify(List.of("product"), LedgerAudit.Depth.FILES, LocalDate.of(2026, 11, 20))
                        .allProblems())
                .isEmpty();
        assertThat(lastEntry()).contains("\"certified\":true");
        assertThat(snapshots()).containsExactly(tagged, head).doesNotContain(forgotten);
        assertThat(exists(first)).isTrue();

        clock.now = clock.now.plus(Duration.ofDays(1));
        housekeeping.run(NEVER);
        assertThat(exists(first)).isFalse();
        assertThat(exists(second)).isTrue();
        assertThat(workbench
                        .digest(Scan.of(product(), new AsOf.Day(LocalDate.of(2026, 11, 20))))
                        .rows())
                .isEqualTo(1);
    }

    private String lastEntry() throws Exception {
        try (CloseableIterable<Record> entries =
                IcebergGenerics.read(lake.table("firn_ledger")).build()) {
            return String.valueOf(entries.iterator().next().getField("entry"));
        }
    }

    @Test
    void itCleansOnceADayAndStopsBetweenTables() throws Exception {
        DataFile first = write(1);
        commit(1, new RowChanges(List.of(first), List.of(), List.of(), List.of()));
        commit(2, RowChanges.NONE);
        ManualClock clock = new ManualClock(Instant.now().plus(Duration.ofHours(2)));
        housekeeping(clock).run(() -> true);
        assertThat(snapshots()).as("stopped before the first table").hasSize(2);
        Housekeeping housekeeping = housekeeping(clock);
        housekeeping.run(NEVER);
        assertThat(snapshots()).hasSize(1);
        commit(3, RowChanges.NONE);
        clock.now = endOfDay(clock.now);
        housekeeping.run(NEVER);
        assertThat(snapshots()).as("cleaned this day already").hasSize(2);
    }

    private static Instant endOfDay(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC)
                .plusDays(1)
                .atStartOfDay()
                .minusMinutes(1)
                .toInstant(ZoneOffset.UTC);
    }

    /** Shows what it is set to. */
    private static final class ManualClock extends Clock {
        private Instant now;

        private ManualClock(Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
