package io.firn.engine.simulation;

import io.firn.catalog.config.WorkbenchConfig;
import io.firn.compactor.Compaction;
import io.firn.compactor.plan.PlanRules;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.duckdb.DuckDBConnection;

/** Opened once and used by one process after another, each of which finds its own empty. */
final class Databases implements AutoCloseable {
    private static final long MEMORY_BYTES = 256 << 20;
    private static final long TARGET_FILE_BYTES = 1 << 20;

    private final WorkbenchConfig config;
    private final Deque<DuckDatabase> free = new ArrayDeque<>();
    private final Deque<Compaction> compactions = new ArrayDeque<>();

    /** @param config whose folders are used */
    Databases(WorkbenchConfig config) {
        this.config = new WorkbenchConfig(
                MEMORY_BYTES,
                1,
                config.tempDirectory(),
                config.tempLimitBytes(),
                config.cacheDirectory(),
                config.cacheLimitBytes(),
                config.indexDirectory());
    }

    synchronized DuckDatabase take() {
        return free.isEmpty() ? DuckDatabase.open(config) : free.pop();
    }

    void giveBack(DuckDatabase database) {
        try (DuckDBConnection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String table : tables(statement)) {
                statement.execute("DROP TABLE IF EXISTS " + Sql.identifier(table));
            }
            synchronized (this) {
                free.push(database);
            }
        } catch (SQLException e) {
            database.close();
        }
    }

    private static List<String> tables(Statement statement) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery("SELECT table_name FROM duckdb_tables()")) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        return tables;
    }

    synchronized Compaction takeCompaction() {
        return compactions.isEmpty()
                ? Compaction.open(PlanRules.forTarget(TARGET_FILE_BYTES), config)
                : compactions.pop();
    }

    synchronized void giveBack(Compaction compaction) {
        compactions.push(compaction);
    }

    @Override
    public synchronized void close() {
        free.forEach(DuckDatabase::close);
        compactions.forEach(Compaction::close);
    }
}
