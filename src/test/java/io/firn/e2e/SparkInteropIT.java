package io.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Lake;
import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.LakeConfig;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.compactor.Compaction;
import io.firn.compactor.CompactionResult;
import io.firn.compactor.commit.GroupOutcome;
import io.firn.compactor.plan.CompactionPlan;
import io.firn.compactor.plan.FileGroup;
import io.firn.compactor.plan.PlanRules;
import io.firn.compactor.rewrite.Hooks;
import io.firn.e2e.judge.Judge;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Spark changes a table while it is compacted, and does the same to a twin that is not: afterwards both hold the same
 * rows, and those that nobody changed have kept their ids. Run with {@code -Dfirn.interop=true}.
 */
@EnabledIfSystemProperty(named = "firn.interop", matches = "true")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SparkInteropIT {
    private static final String INSERT = "INSERT INTO test.%s SELECT id + 10000, 'new' FROM range(50)";
    private static final String DELETE = "DELETE FROM test.%s WHERE id %% 7 = 0";
    private static final String MERGE =
            "MERGE INTO test.%s t USING (SELECT id * 5 AS id, 'merged' AS name FROM range(300))"
                    + " s ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT *";
    private static final String REWRITE =
            "CALL lake.system.rewrite_data_files(table => 'test.%s', options => map('rewrite-all', 'true'))";
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()));

    private final Lake lake;
    private final Judge spark;
    private final WorkbenchConfig config;

    SparkInteropIT(@TempDir Path folder) {
        String uri = "jdbc:sqlite:" + folder.resolve("catalog.db");
        String warehouse = "file:" + folder.resolve("warehouse");
        lake = Lake.open(new LakeConfig(new CatalogConfig(CatalogType.JDBC, uri, warehouse, Map.of()), "test"));
        spark = Judge.start(uri, warehouse);
        config = new WorkbenchConfig(
                256 << 20,
                2,
                folder.resolve("spill"),
                1L << 30,
                folder.resolve("cache"),
                1L << 30,
                folder.resolve("index"));
    }

    @AfterAll
    void close() {
        spark.close();
        lake.close();
    }

    private Table table(String name, int formatVersion, String mode) {
        Table table = lake.catalog()
                .buildTable(lake.identifier(name), SCHEMA)
                .withPartitionSpec(PartitionSpec.unpartitioned())
                .withSortOrder(SortOrder.builderFor(SCHEMA).asc("id").build())
                .withProperty("format-version", Integer.toString(formatVersion))
                .withProperty("write.delete.mode", mode)
                .withProperty("write.merge.mode", mode)
                .create();
        try (DuckDatabase duck = DuckDatabase.open(config);
                Connection connection = duck.connect()) {
            var append = table.newAppend();
            for (int i = 0; i < 4; i++) {
                new ParquetOut(table, "writer", FileSettings.of(table), config.tempDirectory())
                        .write(
                                connection,
                                "SELECT 4 * i + %d AS id, 'row ' || i AS name FROM range(250) t(i)".formatted(i))
                        .ifPresent(append::appendFile);
            }
            append.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return table;
    }

    /** Statements that Spark runs at a phase of the compaction, the first time it gets there. */
    private final class Meanwhile implements Hooks {
        private final String table;
        private final Map<String, String> left;

        private Meanwhile(String table, Map<String, String> statements) {
            this.table = table;
            this.left = new HashMap<>(statements);
        }

        private void at(String phase) {
            String statement = left.remove(phase);
            if (statement != null) {
                spark.execute(statement.formatted(table));
            }
        }

        @Override
        public void planned(CompactionPlan plan) {
            at("planned");
        }

        @Override
        public void rewritten(FileGroup group) {
            at("rewritten");
        }

        @Override
        public void committing(int attempt) {
            at("committing");
        }
    }

    private CompactionResult compact(Table table, Map<String, String> statements) {
        Meanwhile meanwhile = new Meanwhile(table.name().substring(table.name().lastIndexOf('.') + 1), statements);
        try (Compaction compaction = Compaction.open(PlanRules.forTarget(1 << 20), config)) {
            CompactionResult result = compaction.run(table, meanwhile);
            assertThat(meanwhile.left).isEmpty();
            assertThat(result.failed()).isEmpty();
            return result;
        }
    }

    private List<List<@Nullable Object>> rows(String table) {
        return spark.query("SELECT id, name FROM test.%s ORDER BY id".formatted(table));
    }

    private void requireUntouchedIdsAsIn(String twin, String table) {
        String ids = "SELECT id, _row_id FROM test.%s WHERE name LIKE 'row%%' ORDER BY id";
        assertThat(spark.query(ids.formatted(table))).isEqualTo(spark.query(ids.formatted(twin)));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void whatIsInsertedDeletedAndMergedMeanwhileStays(int formatVersion) {
        String twin = "twin" + formatVersion;
        Table table = table("changed" + formatVersion, formatVersion, "merge-on-read");
        table(twin, formatVersion, "merge-on-read");
        Stream.of(INSERT, DELETE, MERGE).forEach(sql -> spark.execute(sql.formatted(twin)));

        CompactionResult result = compact(table, Map.of("planned", INSERT, "rewritten", DELETE, "committing", MERGE));

        assertThat(result.groups().get(0).status()).isEqualTo(GroupOutcome.Status.COMMITTED);
        assertThat(result.groups().get(0).carriedDeletes())
                .as("143 are multiples of 7; of 200 multiples of 5 these have 29")
                .isEqualTo(143 + 200 - 29);
        assertThat(result.retries()).isEqualTo(1);
        assertThat(rows("changed" + formatVersion)).isEqualTo(rows(twin));
        if (formatVersion == 3) {
            requireUntouchedIdsAsIn(twin, "changed3");
        }
    }

    @Test
    void aRewriteOfFilesThatSparkReplacedIsGivenUp() {
        Table table = table("copied", 3, "copy-on-write");
        table("twin_copied", 3, "copy-on-write");
        spark.execute(DELETE.formatted("twin_copied"));

        CompactionResult result = compact(table, Map.of("rewritten", DELETE));

        assertThat(result.groups().get(0).status()).isEqualTo(GroupOutcome.Status.ABANDONED);
        assertThat(rows("copied")).isEqualTo(rows("twin_copied"));
        requireUntouchedIdsAsIn("twin_copied", "copied");
    }

    @Test
    void aRewriteThatSparkDidFirstIsGivenUp() {
        Table table = table("rewritten", 3, "merge-on-read");
        table("twin_rewritten", 3, "merge-on-read");

        CompactionResult result = compact(table, Map.of("committing", REWRITE));

        assertThat(result.groups().get(0).status()).isEqualTo(GroupOutcome.Status.ABANDONED);
        assertThat(rows("rewritten")).isEqualTo(rows("twin_rewritten"));
        requireUntouchedIdsAsIn("twin_rewritten", "rewritten");
    }

    @Test
    void whoeverWinsARaceOfRewritesTheRowsStay() {
        Table table = table("raced", 3, "merge-on-read");
        table("twin_raced", 3, "merge-on-read");
        spark.execute(DELETE.formatted("raced"));
        spark.execute(DELETE.formatted("twin_raced"));
        CompletableFuture<Void> sparks = CompletableFuture.runAsync(this::rewriteUnlessBeaten);

        compact(table, Map.of());
        sparks.join();

        assertThat(rows("raced")).isEqualTo(rows("twin_raced"));
        requireUntouchedIdsAsIn("twin_raced", "raced");
    }

    /** Spark gives up when a file it read was replaced. */
    private void rewriteUnlessBeaten() {
        try {
            spark.execute(REWRITE.formatted("raced"));
        } catch (AssertionError e) {
            assertThat(e.getMessage()).containsAnyOf("ValidationException", "Missing required files", "Cannot commit");
        }
    }
}
