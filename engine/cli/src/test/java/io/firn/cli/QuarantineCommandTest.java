package io.firn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Cut;
import io.firn.catalog.Lake;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.engine.quarantine.Quarantine;
import io.firn.engine.source.SourceRecord;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineCommandTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @TempDir
    private Path folder;

    private Path yaml;

    @BeforeEach
    void setTwoRecordsAside() throws IOException, SQLException {
        yaml = Files.writeString(folder.resolve("firn.yaml"), """
                lake:
                  catalog: { type: jdbc, uri: "jdbc:sqlite:./catalog.db", warehouse: "./warehouse" }
                  namespace: shop
                source: { type: kafka, bootstrap-servers: "localhost:1", topic-prefix: shop }
                tables:
                  item: { source: public.item, key: [id] }
                  price: { source: public.price, key: [id] }
                workbench: { memory: 256MB, threads: 1 }
                """);
        FirnConfig config = ConfigLoader.load(yaml, Map.of());
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(duck, config.workbench());
                DuckDBConnection connection = duck.connect()) {
            Quarantine quarantine = new Quarantine(
                    lake, workbench, connection, config.workbench().tempDirectory(), Clock.fixed(NOON, ZoneOffset.UTC));
            quarantine.reject("item", record("shop.public.item", 7, "{bad"), 0, "it is not JSON");
            quarantine.reject("price", record("shop.public.price", 9, "{\"op\":\"x\"}"), 4711, "op x is unknown");
            quarantine.commit(
                    new Cut(3, 1, NOON, SourcePosition.EMPTY, SourcePosition.EMPTY, List.of("item"), List.of()));
        }
    }

    private static SourceRecord record(String topic, long offset, String value) {
        return new SourceRecord(topic, 0, offset, null, value.getBytes(StandardCharsets.UTF_8));
    }

    private CommandRun firn(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "-c";
        all[1] = yaml.toString();
        all[2] = "quarantine";
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return CommandRun.of(all);
    }

    @Test
    void listNamesPlaceTimeAndReason() {
        assertThat(firn("list", "price", "--output", "csv"))
                .isEqualTo(new CommandRun(
                        0,
                        "table,id,lsn,quarantined_at,cut,bytes,state,detail,reason\n"
                                + "price,shop.public.price/0/9,4711,2026-11-20T12:00:00Z,3,10,open,,op x is unknown\n",
                        ""));
    }

    @Test
    void showGivesTheRecordAsItCame() {
        assertThat(firn("show", "--id", "shop.public.item/0/7", "--output", "json")
                        .out())
                .isEqualTo(
                        "[\n{\"id\":\"shop.public.item/0/7\",\"reason\":\"it is not JSON\",\"key\":null,\"value\":\"{bad\"}\n]\n");
    }

    @Test
    void whatIsDroppedLeavesTheListAndIsRememberedWithItsReason() {
        assertThat(firn("drop", "item", "--because", "a test", "--dry-run", "--output", "csv")
                        .out())
                .isEqualTo("table,id,action\nitem,shop.public.item/0/7,would be dropped\n");
        assertThat(firn("drop", "item", "--because", "a test", "--output", "csv")
                        .out())
                .isEqualTo("table,id,action\nitem,shop.public.item/0/7,dropped\n");
        assertThat(firn("list", "item", "--output", "csv").out().lines()).hasSize(1);
        assertThat(firn("list", "item", "--all", "--output", "csv").out()).contains(",dropped,a test,");
    }

    @Test
    void dropWantsToKnowWhat() {
        assertThat(firn("drop", "--because", "a test"))
                .isEqualTo(new CommandRun(2, "", "firn: quarantine drop needs a TABLE or an --id\n"));
    }

    @Test
    void replaySaysWhatItWouldTry() {
        assertThat(firn("replay", "item", "--dry-run", "--output", "csv").out())
                .isEqualTo("table,id,action,detail\nitem,shop.public.item/0/7,would be tried,\n");
    }
}
