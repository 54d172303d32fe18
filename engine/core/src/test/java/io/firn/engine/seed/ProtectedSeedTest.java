package io.firn.engine.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Lake;
import io.firn.catalog.LocalFileIO;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.SourceTable;
import io.firn.catalog.config.ColumnPolicy;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.GateConfig;
import io.firn.catalog.config.Secret;
import io.firn.engine.protect.Protection;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProtectedSeedTest {
    private static final SourceTable ITEM = new SourceTable(
            "public.item",
            List.of(
                    new SourceColumn("id", "bigint", true),
                    new SourceColumn("card", "text", false),
                    new SourceColumn("amount", "numeric(10,2)", false)),
            List.of("id"));

    @TempDir
    Path folder;

    @TempDir
    Path given;

    private FirnConfig config(String more) throws IOException {
        Path file = Files.writeString(folder.resolve("firn.yaml"), """
                lake:
                  catalog: { type: jdbc, uri: "jdbc:sqlite:./catalog.db", warehouse: "./warehouse" }
                  namespace: t
                source: { type: kafka, bootstrap-servers: "localhost:1", topic-prefix: t }
                tables: { item: { source: public.item, key: [id], %s } }
                protection: { key: 0123456789abcdef }
                workbench: { temp-directory: tmp }
                """.formatted(more));
        return ConfigLoader.load(file, Map.of());
    }

    private List<String> load(FirnConfig config, String csv) throws IOException {
        Path file = Files.writeString(given.resolve("item.csv"), csv);
        Path waiting = config.workbench().tempDirectory().resolve("seed");
        List<String> rows = new ArrayList<>();
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(duck, config.workbench());
                SeedSource source = new FilesSeedSource(
                        duck,
                        waiting,
                        name -> ITEM,
                        Map.of("public.item", file.toString()),
                        LocalFileIO::new,
                        () -> SourcePosition.EMPTY)) {
            SeedSettings settings = new SeedSettings(1, Throttle.none(), waiting);
            new Seed(config, lake, workbench, source, settings, SeedListener.NONE, Clock.systemUTC())
                    .run(List.of("item"));
            try (CloseableIterable<Record> records =
                    IcebergGenerics.read(lake.table("item")).build()) {
                for (Record record : records) {
                    rows.add(record.getField("id") + " " + record.getField("card"));
                }
            }
        }
        return rows;
    }

    @Test
    void rowsOfALoadHaveTheTextsThatTheirChangesWillHave() throws IOException {
        GateConfig gate =
                new GateConfig(Map.of(), Map.of("card", ColumnPolicy.TOKENIZE), null, new Secret("0123456789abcdef"));
        String token = Objects.requireNonNull(Protection.of("item", gate).text("card", "4111111111111111"));
        assertThat(load(
                        config("columns: { card: { policy: tokenize } }"),
                        "id,card,amount\n1,4111111111111111,1.00\n2,,2.00\n"))
                .containsExactlyInAnyOrder("1 " + token, "2 null");
    }

    @Test
    void fieldsOfEveryKindAreToldApart() {
        GateConfig gate = new GateConfig(Map.of(), Map.of("c", ColumnPolicy.MASK, "d", ColumnPolicy.DROP), null, null);
        List<String> rows = new ArrayList<>();
        SeedSource.RowSink sink =
                CsvGuard.of(Protection.of("item", gate), List.of("a", "c", "d", "e"), new SeedSource.RowSink() {
                    @Override
                    public void row(byte[] csv) {
                        rows.add(new String(csv, StandardCharsets.UTF_8));
                    }

                    @Override
                    public void file(Path csv, long count, int longestRow) {
                        throw new AssertionError();
                    }
                });
        for (String row : List.of("1,\"4,\"\"1\nx\",2,3\n", ",\"\",,\n", "x,,\"y\",\"\"\n")) {
            sink.row(row.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(rows).containsExactly("\"1\",\"****\",,\"3\"\n", ",\"****\",,\n", "\"x\",,,\"\"\n");
    }
}
