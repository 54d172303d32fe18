package io.firn.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Statement;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How DuckDB goes about views, of which it does not know how many rows they have: it must not keep all of them in
 * memory to join them with a few.
 */
class ViewPlansTest {
    @TempDir
    Path folder;

    private TestLake lake;
    private Workbench workbench;
    private DuckDBConnection connection;

    @BeforeEach
    void open() {
        lake = new TestLake(folder);
        workbench = new Workbench(lake.duck, TestLake.config(folder));
        connection = lake.duck.connect();
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        workbench.close();
        lake.close();
    }

    private Table table() {
        Schema schema = new Schema(
                Types.NestedField.optional(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "name", Types.StringType.get()));
        Table table = lake.table("t", schema, PartitionSpec.unpartitioned(), 3);
        DataFile file = lake.out(table)
                .write(connection, "SELECT i AS id, 'n' || i AS name FROM range(5000) t(i)")
                .orElseThrow();
        TestLake.append(table, List.of(file));
        return table;
    }

    private String plan(String sql) throws Exception {
        return String.join("\n", TestLake.query(connection, "EXPLAIN " + sql));
    }

    @Test
    void aFewDeletesAreWhatIsKeptInMemory() throws Exception {
        Table table = table();
        String location = TestDeletes.files(table).keySet().iterator().next();
        TestDeletes.delete(table, location, List.of(1L, 2L, 3L));
        try (TableView view = workbench.view(connection, "v", Scan.of(table, new AsOf.Head()))) {
            assertThat(plan("SELECT * FROM v")).contains("MARK").doesNotContain("RIGHT_");
            assertThat(TestLake.query(connection, "SELECT count(*) FROM v")).containsExactly("4997");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SEMI", "ANTI"})
    void aJoinKeepsWhatIsOnItsRight(String kind) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE few AS SELECT i * 10 AS id FROM range(20) t(i)");
        }
        try (TableView view = workbench.view(connection, "v", Scan.of(table(), new AsOf.Head()))) {
            assertThat(plan("SELECT * FROM v %s JOIN few USING (id)".formatted(kind)))
                    .contains(kind)
                    .doesNotContain("RIGHT_");
        }
    }
}
