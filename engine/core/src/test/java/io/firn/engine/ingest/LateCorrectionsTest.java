package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.Lake;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.dq.late.LateCorrections;
import io.firn.dq.late.LateCorrections.Question;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.source.MemorySource;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LateCorrectionsTest {
    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();
    private SmallLake small;
    private long lsn = 100;

    @BeforeEach
    void makeLake() throws IOException {
        small = new SmallLake(folder, 3);
    }

    private static Optional<SourceTable> declaration(String name) {
        return Optional.of(new SourceTable(
                name,
                List.of(new SourceColumn("id", "bigint", true), new SourceColumn("valid_on", "date", false)),
                List.of("id")));
    }

    /** A change at noon. */
    private void send(String noonOf, long id, @Nullable String before, String after) {
        lsn++;
        long micros = LocalDate.parse(noonOf).atTime(12, 0).toEpochSecond(ZoneOffset.UTC) * 1_000_000;
        String value =
                "{\"before\":%s,\"after\":%s,\"source\":{\"lsn\":%d,\"sequence\":\"[null,\\\"%d\\\"]\",\"ts_us\":%d},\"transaction\":null,\"op\":\"%s\"}"
                        .formatted(
                                before == null ? "null" : row(id, before),
                                row(id, after),
                                lsn,
                                lsn,
                                micros,
                                before == null ? "c" : "u");
        source.append("t.public.item", 0, new byte[0], value.getBytes(StandardCharsets.UTF_8));
    }

    private static String row(long id, String day) {
        return "{\"id\":%d,\"valid_on\":%d}".formatted(id, LocalDate.parse(day).toEpochDay());
    }

    private List<String> affected(@Nullable String column, int grace) {
        return affected(column, grace, "UTC");
    }

    private List<String> affected(@Nullable String column, int grace, String zone) {
        try (Lake lake = small.open();
                DuckDatabase duck = DuckDatabase.open(small.config.workbench());
                Workbench workbench = new Workbench(duck, small.config.workbench())) {
            return new LateCorrections(workbench, ZoneId.of(zone))
                            .of(
                                    new Question("item", column, grace),
                                    lake.table("item"),
                                    lake.table("item_changes"),
                                    LateCorrections.Cuts.ALL)
                            .stream()
                            .map(day -> "%s %d until %s".formatted(day.day(), day.changes(), day.last()))
                            .toList();
        }
    }

    private void ingest() {
        try (Lake lake = small.open();
                DuckDatabase duck = DuckDatabase.open(small.config.workbench());
                Ingest ingest = new Ingest(new IngestSetup(
                        small.config,
                        lake,
                        duck,
                        source,
                        LateCorrectionsTest::declaration,
                        name -> new MemoryKeyStore(),
                        new CachedFiles(small.config.workbench()),
                        Clock.systemUTC(),
                        IngestListener.NONE))) {
            ingest.runUntilCaughtUp();
        }
    }

    private void closes(String day) {
        try (Lake lake = small.open()) {
            Table table = lake.table("item");
            table.manageSnapshots()
                    .createTag("day-" + day, table.currentSnapshot().snapshotId())
                    .commit();
        }
    }

    @Test
    void aDayIsAffectedByWhatComesAfterItWasClosed() {
        send("2026-11-18", 1, null, "2026-11-18");
        send("2026-11-18", 2, null, "2026-11-17");
        ingest();
        closes("2026-11-17");
        closes("2026-11-18");
        assertThat(affected("valid_on", 0)).isEmpty();
        send("2026-11-19", 1, "2026-11-18", "2026-11-17");
        send("2026-11-20", 3, null, "2026-11-18");
        send("2026-11-20", 4, null, "2026-11-16");
        send("2026-11-20", 5, null, "2026-11-20");
        ingest();
        assertThat(affected("valid_on", 0))
                .containsExactly("2026-11-17 1 until 2026-11-19T12:00:00Z", "2026-11-18 2 until 2026-11-20T12:00:00Z");
        assertThat(affected("valid_on", 1))
                .containsExactly("2026-11-17 1 until 2026-11-19T12:00:00Z", "2026-11-18 1 until 2026-11-20T12:00:00Z");
        assertThat(affected("valid_on", 7)).isEmpty();
    }

    @Test
    void withoutAColumnADayIsAffectedByWhatTheSourceCommittedOnItAndComesLater() {
        send("2026-01-18", 1, null, "2026-01-01");
        ingest();
        closes("2026-01-18");
        send("2026-01-18", 2, null, "2026-01-01");
        send("2026-01-19", 3, null, "2026-01-18");
        ingest();
        assertThat(affected(null, 0)).containsExactly("2026-01-18 1 until 2026-01-18T12:00:00Z");
    }

    @Test
    void daysBeginAtMidnightOfAZoneThatHasANameOrOnlyADistance() {
        send("2026-01-18", 1, null, "2026-01-01");
        ingest();
        closes("2026-01-18");
        closes("2026-01-19");
        send("2026-01-18", 2, null, "2026-01-01");
        ingest();
        for (String zone : List.of("+13:00", "UTC+13", "Pacific/Tongatapu", "Etc/GMT-13")) {
            assertThat(affected(null, 0, zone)).containsExactly("2026-01-19 1 until 2026-01-18T12:00:00Z");
        }
        assertThat(affected(null, 0, "Z")).containsExactly("2026-01-18 1 until 2026-01-18T12:00:00Z");
    }

    @Test
    void aColumnMustBeADate() {
        send("2026-11-18", 1, null, "2026-11-18");
        ingest();
        closes("2026-11-18");
        assertThatThrownBy(() -> affected("valid_no", 0))
                .hasMessage("table item has no column valid_no; did you mean valid_on?");
        assertThatThrownBy(() -> affected("id", 0))
                .hasMessage("column id must be a date or a time but is of type long");
    }
}
