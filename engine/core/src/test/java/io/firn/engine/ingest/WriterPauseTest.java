package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.catalog.CutProperties;
import io.firn.catalog.WriterPause;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer lets others commit first when it is asked to, and not for ever. */
class WriterPauseTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    @TempDir
    private Path folder;

    private final Clock clock = Clock.systemUTC();

    @Test
    void changesAreLoggedAndWaitUntilTheRequestIsTakenBack() throws IOException {
        try (SymptomsLake lake = SymptomsLake.in(folder)) {
            lake.postgres.begin().put("public.item", 1, "one", 1).commit();
            lake.ingest();
            Table item = lake.lake.table("item");
            WriterPause.ask(item, clock.instant().plus(Duration.ofHours(1)));
            lake.postgres.begin().put("public.item", 1, "two", 2).commit();
            CompletableFuture<Void> writer = CompletableFuture.runAsync(lake::ingest);
            Table changes = lake.lake.table("item_changes");
            await().atMost(WriterPause.LONGEST.dividedBy(2)).until(() -> {
                changes.refresh();
                return CutProperties.applied(changes).number() == 2;
            });
            item.refresh();
            assertThat(CutProperties.applied(item).number()).isEqualTo(1);
            assertThat(writer).isNotDone();
            WriterPause.end(item);
            writer.join();
            assertThat(lake.rows("item")).isEqualTo(lake.postgres.tables.get("public.item"));
        }
    }

    @Test
    void aRequestEndsByItself() throws IOException {
        try (SymptomsLake lake = SymptomsLake.in(folder)) {
            lake.postgres.begin().put("public.item", 1, "one", 1).commit();
            lake.ingest();
            Instant until = clock.instant().plus(Duration.ofSeconds(2));
            WriterPause.ask(lake.lake.table("item"), until);
            lake.postgres.begin().put("public.item", 1, "two", 2).commit();
            lake.ingest();
            assertThat(clock.instant()).isAfterOrEqualTo(until);
            assertThat(lake.rows("item")).isEqualTo(lake.postgres.tables.get("public.item"));
        }
    }

    @Test
    void nobodyCanAskForMoreThanTheLongest() throws IOException {
        try (SymptomsLake lake = SymptomsLake.in(folder)) {
            lake.postgres.begin().put("public.item", 1, "one", 1).commit();
            lake.ingest();
            Table item = lake.lake.table("item");
            assertThat(WriterPause.remaining(item, NOW)).isZero();
            WriterPause.ask(item, NOW.plusSeconds(20));
            assertThat(WriterPause.remaining(item, NOW)).hasSeconds(20);
            assertThat(WriterPause.remaining(item, NOW.plusSeconds(20))).isZero();
            assertThat(WriterPause.remaining(item, NOW.plusSeconds(30))).isZero();
            WriterPause.ask(item, NOW.plus(Duration.ofDays(1)));
            assertThat(WriterPause.remaining(item, NOW)).isEqualTo(WriterPause.LONGEST);
            item.updateProperties().set("firn.writer-paused-until", "soon").commit();
            assertThat(WriterPause.remaining(item, NOW)).isZero();
        }
    }
}
