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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Spark changes a table while it is compacted, and does the same to a twin that is not: afterwards both hold the same
 * rows. Run with {@code -Dfirn.interop=true}.
 */
@EnabledIfSystemProperty(named = "firn.interop", matches = "true")
class SparkInteropIT {
    private static final String DELETE = "DELETE FROM test.%s WHERE id %% 7 = 0";
    private static final String MERGE =
            "MERGE INTO test.%s t USING (SELECT id * 5 AS id, 'merged' AS name FROM range(300))"
                    + " s ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT *";
    private static final String INSERT = "INSERT INTO test.%s SELECT id + 10000, 'new' FROM range(50)";
    private static final String REWRITE =
            "CALL lake.system.rewrite_data_files(table => 'test.%s'," + " options => map('rewrite-all', 'true'))";
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()));

    @TempDir
    private Path folder;

    private Lake lake;
    private Judge spark;
    private WorkbenchConfig config;

    @BeforeEach
    void open() {
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

    @AfterEach
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
                .withProperty("commit.retry.num-retries", "20")
                .create();
        try (DuckDatabase duck = DuckDatabase.open(config);
                Connection connection = duck.connect()) {
            var append = table.newAppend();
            for (int i = 0; i < 4; i++) {
                new ParquetOut(table, "writer", FileSettings.of(table), folder.resolve("upload"))
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

    private List<List<@Nullable Object>> rows(String table) {
        return spark.query("SELECT id, name FROM test.%s ORDER BY id".formatted(table));
    }

    private List<List<@Nullable Object>> untouchedIds(String table) {
        return spark.query("SELECT id, _row_id FROM test.%s WHERE name LIKE 'row%%' ORDER BY id".formatted(table));
    }

    private record AtOnce(String phase, Runnable action, AtomicBoolean done) implements Hooks {
        private void at(String now) {
            if (now.equals(phase) && done.compareAndSet(false, true)) {
                action.run();
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

    @ParameterizedTest
    @CsvSource({
        "3, DELETE, merge-on-read, rewritten, 1",
        "3, DELETE, merge-on-read, committing, 1",
        "2, DELETE, merge-on-read, committing, 1",
        "3, DELETE, copy-on-write, rewritten, 0",
        "3, MERGE, merge-on-read, committing, 1",
        "2, MERGE, merge-on-read, rewritten, 1",
        "3, INSERT, merge-on-read, committing, 1",
        "3, REWRITE, merge-on-read, planned, 0",
        "3, REWRITE, merge-on-read, committing, 0"
    })
    void whatSparkDoesMeanwhileIsKept(int formatVersion, String statement, String mode, String phase, int committed) {
        String sql = switch (statement) {
            case "DELETE" -> DELETE;
            case "MERGE" -> MERGE;
            case "INSERT" -> INSERT;
            default -> REWRITE;
        };
        Table table = table("product", formatVersion, mode);
        table("twin", formatVersion, mode);
        spark.execute(sql.formatted("twin"));
        AtOnce hooks = new AtOnce(phase, () -> spark.execute(sql.formatted("product")), new AtomicBoolean());
        try (Compaction compaction = Compaction.open(PlanRules.forTarget(1 << 20), config)) {
            CompactionResult result = compaction.run(table, hooks);
            assertThat(hooks.done()).isTrue();
            assertThat(result.failed()).isEmpty();
            assertThat(result.groups().stream()
                            .limit(1)
                            .filter(group -> group.status() == GroupOutcome.Status.COMMITTED))
                    .hasSize(committed);
        }
        assertThat(rows("product")).isEqualTo(rows("twin"));
        if (formatVersion == 3) {
            assertThat(untouchedIds("product")).isEqualTo(untouchedIds("twin"));
        }
    }

    @Test
    void bothAtWorkAllTheTimeEndWithTheSameRows() {
        Table table = table("product", 3, "merge-on-read");
        table("twin", 3, "merge-on-read");
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> compactions = CompletableFuture.supplyAsync(() -> compactUntil(done, table));
        for (int round = 0; round < 3; round++) {
            for (String sql : List.of(
                    "DELETE FROM test.%s WHERE id % 11 = " + round,
                    "INSERT INTO test.%s SELECT id * 3, 'round " + round + "' FROM range(100)",
                    "UPDATE test.%s SET name = 'updated " + round + "' WHERE id % 13 = " + round)) {
                spark.execute(sql.replace("%s", "twin"));
                executeUntilItSucceeds(sql.replace("%s", "product"));
            }
        }
        done.set(true);
        assertThat(compactions.join()).isPositive();
        assertThat(spark.query("SELECT id, name FROM test.product ORDER BY id, name"))
                .isEqualTo(spark.query("SELECT id, name FROM test.twin ORDER BY id, name"));
    }

    private int compactUntil(AtomicBoolean done, Table table) {
        int commits = 0;
        try (Compaction compaction = Compaction.open(PlanRules.forTarget(1 << 20), config)) {
            while (!done.get()) {
                CompactionResult result = compaction.run(table);
                assertThat(result.failed()).isEmpty();
                commits += result.commits().size();
            }
        }
        return commits;
    }

    /** Spark gives up when a file it read was replaced; whoever runs it has to try again. */
    private void executeUntilItSucceeds(String sql) {
        for (int attempt = 0; attempt < 20; attempt++) {
            try {
                spark.execute(sql);
                return;
            } catch (AssertionError e) {
                assertThat(e.getMessage()).containsAnyOf("ValidationException", "conflict", "Missing required files");
            }
        }
        throw new AssertionError("never succeeded: " + sql);
    }
}
