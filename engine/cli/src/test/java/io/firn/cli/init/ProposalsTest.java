package io.firn.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.debezium.config.Configuration;
import io.debezium.connector.postgresql.PostgresConnector;
import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.SourceType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code firn init} proposes for tables of all sizes. */
class ProposalsTest {
    private static final ProjectSettings SETTINGS =
            new ProjectSettings(SourceType.KAFKA, "jdbc:postgresql://db.example:5433/shop", "firn", "atlas", "Shop-1");

    private static final Pattern KAFKA_CONNECTS =
            Pattern.compile("connector\\.class|tasks\\.max|(key|value)\\.converter(\\..*)?");

    private static TableFacts table(String name, long rows, Optional<String> written, String... keyAndTypes) {
        List<SourceColumn> columns = IntStream.range(0, keyAndTypes.length)
                .mapToObj(i -> new SourceColumn("c" + i, keyAndTypes[i], i == 0))
                .toList();
        SourceTable source = new SourceTable("public." + name, columns, List.of("c0"));
        return new TableFacts(name, source, rows, 3 << 20, List.of(), List.of(), written);
    }

    private static TableFacts withoutPrimaryKey(String name, List<String> unique) {
        SourceTable source = new SourceTable(
                "public." + name,
                List.of(new SourceColumn("a", "bigint", true), new SourceColumn("b", "text", false)),
                List.of());
        return new TableFacts(name, source, -1, 0, unique, List.of(), Optional.empty());
    }

    private static String page(TableFacts... tables) {
        return new ConfigPage(SETTINGS).text(List.of(tables));
    }

    @Test
    void aTableIsDividedOnlyWhereItIsLargeAndByTimeWhereItWasWrittenInThatOrder() {
        assertThat(page(table("small", 49_999_999, Optional.of("c1"), "bigint", "timestamp with time zone")))
                .contains("# about 49,999,999 rows, 3.0 MB in PostgreSQL, written in the order of c1")
                .contains("  small:\n    source: public.small\n    key: [c0]\n    sort-by: [c0]\n")
                .doesNotContain("partition-by");
        assertThat(page(table("events", 50_000_000, Optional.of("c1"), "bigint", "timestamp with time zone")))
                .contains("    partition-by: [\"month(c1)\"]\n    sort-by: [c0]\n");
        assertThat(page(table("product", 180_000_000, Optional.empty(), "bigint")))
                .contains("    partition-by: [\"bucket(8, c0)\"]\n");
        assertThat(page(table("huge", 5_000_000_000L, Optional.empty(), "bigint")))
                .contains("    partition-by: [\"bucket(64, c0)\"]\n");
    }

    @Test
    void typesThatNeedADecisionAreNamedWithTheReason() {
        assertThat(page(table(
                        "item",
                        1,
                        Optional.empty(),
                        "bigint",
                        "numeric",
                        "numeric(12,2)",
                        "jsonb",
                        "text",
                        "time with time zone")))
                .contains("""
                          # Column c1: numeric has no bound on its digits and becomes text; numeric(p,s) with p up to 38 would stay a number
                          # Column c3: jsonb becomes text, as PostgreSQL prints it
                          # Column c5: time with time zone comes without its zone when it changes, so that such changes go to quarantine
                          item:
                        """)
                .doesNotContain("Column c2")
                .doesNotContain("Column c4");
    }

    @Test
    void aTableWithoutAnyKeyIsLeftOutWithTheReasonAndOneWithAUniqueIndexTakesThat() {
        assertThat(page(withoutPrimaryKey("loose", List.of()), withoutPrimaryKey("unique", List.of("a"))))
                .contains("""
                          # rows not counted (ANALYZE), 0.0 MB in PostgreSQL
                          # Not loaded: it has no primary key. Add one, or let the source log whole rows with
                          #   ALTER TABLE "public"."loose" REPLICA IDENTITY FULL
                          # and name all columns that identify a row, none of which may be null:
                          # loose:
                          #   source: public.loose
                          #   key: [a, b]
                        """)
                .contains("""
                          # It has no primary key; this is the key of a unique index. Firn needs REPLICA IDENTITY FULL for it.
                          unique:
                            source: public.unique
                            key: [a]
                        """);
        assertThat(new OwnerSql(SETTINGS, "shop").text(List.of(withoutPrimaryKey("unique", List.of("a"))), "replica"))
                .contains("(it is 'replica' now); this needs a restart.\nALTER SYSTEM SET wal_level = 'logical';\n")
                .contains("\nALTER TABLE \"public\".\"unique\" REPLICA IDENTITY FULL;\n")
                .contains("CREATE PUBLICATION \"firn_shop_1\" FOR TABLE \"public\".\"unique\"\n");
    }

    @Test
    void whatIsProposedIsAConfigurationThatIsRead(@TempDir Path folder) throws Exception {
        Path yaml = Files.writeString(
                folder.resolve("firn.yaml"),
                page(
                        table("product", 180_000_000, Optional.empty(), "bigint", "numeric"),
                        table("yes", 1, Optional.empty(), "bigint"),
                        withoutPrimaryKey("loose", List.of())));
        FirnConfig config = ConfigLoader.load(yaml, Map.of("FIRN_PG_PASSWORD", "secret"));
        assertThat(config.tables().keySet()).containsExactly("product", "yes");
        assertThat(config.table("product").key()).containsExactly("c0");
        assertThat(config.source().topicPrefix()).isEqualTo("Shop-1");
    }

    @Test
    void everyPropertyOfTheConnectorIsOneThatDebeziumKnowsWithAValueItTakes() throws Exception {
        String json = new ConnectorPage(SETTINGS).text(List.of(table("product", 1, Optional.empty(), "bigint")));
        Map<String, String> properties = new ObjectMapper()
                .convertValue(new ObjectMapper().readTree(json).get("config"), new TypeReference<>() {});
        assertThat(properties.keySet().stream()
                        .filter(name -> !KAFKA_CONNECTS.matcher(name).matches()))
                .isSubsetOf(new PostgresConnector().config().names());
        assertThat(problems(properties)).isEmpty();
        properties.put("snapshot.mode", "sometimes");
        assertThat(problems(properties)).hasSize(1).first().asString().contains("snapshot.mode");
    }

    private static List<String> problems(Map<String, String> properties) {
        List<String> problems = new ArrayList<>();
        Configuration.from(properties).validateAndRecord(PostgresConnectorConfig.ALL_FIELDS, problems::add);
        return problems;
    }

    @Test
    void theConnectorReadsTheSameTablesByTheNamesThatTheOwnerMade() {
        assertThat(new ConnectorPage(SETTINGS)
                        .text(List.of(
                                table("product", 1, Optional.empty(), "bigint"),
                                table("odd name", 1, Optional.empty(), "bigint"),
                                withoutPrimaryKey("loose", List.of()))))
                .startsWith("{\n  \"name\" : \"firn_shop_1\",\n  \"config\" : {\n")
                .contains("\"database.hostname\" : \"db.example\"")
                .contains("\"database.port\" : \"5433\"")
                .contains("\"database.dbname\" : \"shop\"")
                .contains("\"slot.name\" : \"firn_shop_1\"")
                .contains("\"publication.name\" : \"firn_shop_1\"")
                .contains("\"topic.prefix\" : \"Shop-1\"")
                .contains("\"table.include.list\" : \"public\\\\.product,public\\\\.odd\\\\ name\"")
                .contains("\"database.password\" : \"${env:FIRN_PG_PASSWORD}\"");
    }
}
