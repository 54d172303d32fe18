package io.firn.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.config.WorkbenchConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sorted spills, wherever it comes from. */
class UnionsTest {
    private static final long MEMORY = 128L << 20;
    private static final String ROWS =
            "SELECT hash(i) AS k, 'a text that is as long as many a title, number ' || i AS v FROM range(3000000) t(i)";

    @TempDir
    Path folder;

    private DuckDatabase open() {
        return DuckDatabase.open(new WorkbenchConfig(
                MEMORY,
                2,
                folder.resolve("spill"),
                1L << 30,
                folder.resolve("cache"),
                1L << 30,
                folder.resolve("index")));
    }

    @Test
    void aUnionLargerThanMemoryIsSorted() throws SQLException {
        try (DuckDatabase duck = open();
                Connection connection = duck.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP VIEW two AS %s UNION ALL SELECT 1, 'one more'".formatted(ROWS));
            long rows = statement.executeUpdate(
                    "COPY (SELECT * FROM %s ORDER BY k) TO %s (FORMAT parquet, ROW_GROUP_SIZE 20480)"
                            .formatted(
                                    Unions.sortable(connection, "two"),
                                    Sql.literal(folder.resolve("sorted.parquet").toString())));
            assertThat(rows).isEqualTo(3_000_001);
        }
    }

    @Test
    void whatIsNoUnionIsLeftAsItIs() throws SQLException {
        try (DuckDatabase duck = open();
                Connection connection = duck.connect()) {
            assertThat(Unions.sortable(connection, "range(3)")).isEqualTo("range(3)");
        }
    }
}
