package io.firn.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.WorkbenchConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuckDatabaseTest {
    @TempDir
    Path folder;

    private DuckDatabase open(long memoryBytes, long tempBytes) {
        return DuckDatabase.open(new WorkbenchConfig(
                memoryBytes, 2, folder.resolve("spill"), tempBytes, folder.resolve("cache"), 0, folder));
    }

    @Test
    void connectionsShareTablesAndKeepTimeInUtc() throws Exception {
        try (DuckDatabase database = open(256 << 20, 1 << 30);
                Connection one = database.connect();
                Connection other = database.connect()) {
            TestLake.execute(one, "CREATE TABLE t AS SELECT 42 AS a");
            assertThat(TestLake.query(other, "SELECT a, current_setting('TimeZone') FROM t"))
                    .containsExactly("42|UTC");
        }
    }

    @Test
    void aSortLargerThanMemorySpillsAndLeavesNothingBehind() throws Exception {
        try (DuckDatabase database = open(128 << 20, 2L << 30);
                Connection connection = database.connect()) {
            assertThat(TestLake.query(
                            connection,
                            "SELECT count(*) FROM (SELECT hash(i) AS h, repeat('x', 30) || i AS s FROM range(4000000) t(i)"
                                    + " ORDER BY h LIMIT 3999999 OFFSET 1)"))
                    .containsExactly("3999999");
        }
        assertThat(folder.resolve("spill")).isEmptyDirectory();
    }

    @Test
    void aLimitThatIsTooSmallIsTheUsersToRaise() throws Exception {
        try (DuckDatabase database = open(64 << 20, 1 << 20);
                Connection connection = database.connect()) {
            assertThatThrownBy(() -> {
                        try {
                            TestLake.execute(
                                    connection, "CREATE TABLE t AS SELECT hash(i) AS h FROM range(40000000) t(i)");
                        } catch (SQLException e) {
                            throw DuckFailures.translate("filling t", e);
                        }
                    })
                    .isInstanceOfSatisfying(
                            FirnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_TOO_SMALL))
                    .hasMessageStartingWith("filling t failed: Out of Memory Error:");
        }
    }
}
