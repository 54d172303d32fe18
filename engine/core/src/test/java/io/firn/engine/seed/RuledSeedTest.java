package io.firn.engine.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.LocalFileIO;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.SourceTable;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.engine.quarantine.Quarantine;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A first load asks a table's rules. */
class RuledSeedTest {
    private static final SourceTable ITEM = new SourceTable(
            "public.item",
            List.of(
                    new SourceColumn("id", "bigint", true),
                    new SourceColumn("price", "numeric(10,2)", false),
                    new SourceColumn("born", "date", false)),
            List.of("id"));

    @TempDir
    Path folder;

    @TempDir
    Path given;

    private FirnConfig config;
    private Lake lake;

    @BeforeEach
    void openLake() throws IOException {
        use("");
        lake = Lake.open(config.lake());
    }

    @AfterEach
    void closeLake() {
        lake.close();
    }

    private void use(String more) throws IOException {
        Path file = Files.writeString(folder.resolve("firn.yaml"), """
                lake:
                  catalog: { type: jdbc, uri: "jdbc:sqlite:./catalog.db", warehouse: "./warehouse" }
                  namespace: t
                source: { type: kafka, bootstrap-servers: "localhost:1", topic-prefix: t }
                tables: { item: { source: public.item, key: [id]%s } }
                workbench: { temp-directory: tmp }
                """.formatted(more));
        config = ConfigLoader.load(file, Map.of());
    }

    private void load(String csv) throws IOException {
        Path file = Files.writeString(given.resolve("item.csv"), "id,price,born\n" + csv);
        Path waiting = config.workbench().tempDirectory().resolve("seed");
        try (DuckDatabase duck = DuckDatabase.open(config.workbench());
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
        }
    }

    private List<String> rows(String table, String... columns) throws IOException {
        List<String> rows = new ArrayList<>();
        Table present = lake.find(table).orElse(null);
        if (present == null) {
            return rows;
        }
        try (CloseableIterable<Record> records = IcebergGenerics.read(present).build()) {
            for (Record record : records) {
                rows.add(List.of(columns).stream()
                        .map(column -> text(record.getField(column)))
                        .collect(Collectors.joining(" ")));
            }
        }
        return rows;
    }

    private static String text(Object value) {
        return value instanceof ByteBuffer bytes
                ? StandardCharsets.UTF_8.decode(bytes.duplicate()).toString()
                : String.valueOf(value);
    }

    private void assertStops(String csv, String problem) throws IOException {
        assertThatThrownBy(() -> load(csv)).isInstanceOf(FirnException.class).hasMessage(problem);
        assertThat(rows("item", "id")).isEmpty();
        assertThat(rows(Quarantine.TABLE, "reason")).isEmpty();
    }

    @Test
    void rowsThatBreakARuleGoToQuarantineAndThoseThatOnlyWarnOrHaveNoValueAreLoaded() throws IOException {
        use(", rules: { paid: { that: \"price > 0\" }, cheap: { that: \"price < 100\", severity: warn } }");
        load("1,5.00,\n2,-1.00,2020-01-01\n3,,\n4,500.00,\n5,0.00,\n");
        assertThat(rows("item", "id", "price")).containsExactlyInAnyOrder("1 5.00", "3 null", "4 500.00");
        assertThat(rows(Quarantine.TABLE, "reason", "record_value"))
                .containsExactlyInAnyOrder(
                        "rule paid: price > 0 {\"id\":\"2\",\"price\":\"-1.00\",\"born\":\"2020-01-01\"}",
                        "rule paid: price > 0 {\"id\":\"5\",\"price\":\"0.00\",\"born\":null}");
    }

    @Test
    void aRowThatDoesNotFitIsNoMatterOfRules() throws IOException {
        use(", rules: { born: { that: \"born > DATE '1900-01-01'\" } }");
        load("1,5.00,infinity\n2,5.00,1800-01-01\n3,5.00,2000-01-01\n");
        List<String> reasons =
                List.of("born is infinity, which its type date cannot hold", "rule born: born > DATE '1900-01-01'");
        assertThat(rows(Quarantine.TABLE, "reason")).containsExactlyInAnyOrderElementsOf(reasons);
        assertThat(rows("item", "id")).containsExactly("3");
    }

    @Test
    void aRuleThatStopsEndsTheLoadAndNothingOfItIsSeenUntilTheSourceIsCorrected() throws IOException {
        use(", rules: { paid: { that: \"price > 0\", severity: stop } }");
        assertStops(
                "1,5.00,\n2,-1.00,\n",
                "public.item has rows that break rule paid: price > 0; nothing of it can be seen in the lake until the"
                        + " source or the rule is corrected");
        load("1,5.00,\n2,1.00,\n");
        assertThat(rows("item", "id")).containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void moreRowsThanARuleOrTheTableMayHaveOrTooLargeAPartEndTheLoad() throws IOException {
        String rules = ", rules: { paid: { that: \"price > 0\"%s } }";
        use(rules.formatted(", threshold: 1"));
        assertStops(
                "1,-1,\n2,-1,\n3,1,\n",
                "public.item has rows that break rule paid: price > 0; nothing of it can be seen in the lake until the"
                        + " source or the rule is corrected");
        use(rules.formatted("") + ", quarantine-threshold: 1");
        assertStops(
                "1,-1,\n2,-1,\n3,-1,\n4,1,\n",
                "tables.item.quarantine-threshold is 1 and public.item has more rows than that which the lake cannot hold;"
                        + " nothing of it can be seen in the lake; the last one: rule paid: price > 0");
        use(rules.formatted("") + ", quarantine-rate: 5%");
        assertStops(
                IntStream.rangeClosed(1, 100)
                        .mapToObj(i -> i + "," + (i - 7) + ",\n")
                        .collect(Collectors.joining()),
                "tables.item.quarantine-rate is 5% and the lake cannot hold 7 of the 100 rows of public.item; nothing of it"
                        + " can be seen in the lake until the source or the rule is corrected");
    }

    @Test
    void aRuleThatCannotBeUsedIsNamedBeforeAnythingIsRead() throws IOException {
        use(", rules: { paid: { that: \"prise > 0\" } }");
        assertStops("1,-1,\n", "tables.item.rules.paid.that names prise, which is not a column; did you mean price?");
    }
}
