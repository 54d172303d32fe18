package io.firn.engine.redis;

import static io.firn.engine.redis.RedisSession.text;

import io.firn.workbench.DuckFailures;
import io.firn.workbench.TableView;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Finds rows that only Redis has: its keys, less those of the table. DuckDB holds the keys, on disk if need be. */
final class Surplus {
    private static final String SCANNED = "firn_scanned_keys";

    private final ProjectionContext context;
    private final Table table;
    private final Generation generation;

    Surplus(ProjectionContext context, Table table, Generation generation) {
        this.context = context;
        this.table = table;
        this.generation = generation;
    }

    /** @param portions all files of the table at the snapshot */
    void find(@Nullable Snapshot snapshot, List<List<FileScanTask>> portions, Findings findings) {
        try (DuckDBConnection connection = context.rows().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE " + SCANNED + " (key VARCHAR)");
            collectKeys(connection);
            String key = context.keys().shape(table).key(generation);
            for (List<FileScanTask> files : portions) {
                try (TableView view = context.rows().view(connection, table, snapshot, files)) {
                    statement.execute(
                            "DELETE FROM %s WHERE key IN (SELECT %s FROM %s)".formatted(SCANNED, key, view.name()));
                }
            }
            report(connection, findings);
        } catch (SQLException e) {
            throw DuckFailures.translate(doing(), e);
        }
    }

    private void collectKeys(DuckDBConnection connection) throws SQLException {
        try (DuckDBAppender keys = connection.createAppender("temp", "main", SCANNED)) {
            context.keys()
                    .scan(
                            context.servers(),
                            context.keys().template().glob(generation),
                            portion -> portion.forEach(key -> append(keys, key)));
        }
    }

    private void append(DuckDBAppender keys, byte[] key) {
        try {
            keys.beginRow();
            keys.append(text(key));
            keys.endRow();
        } catch (SQLException e) {
            throw DuckFailures.translate(doing(), e);
        }
    }

    private void report(DuckDBConnection connection, Findings findings) {
        VersionLookup versions = new VersionLookup(context);
        try (RowQuery keys = new RowQuery(connection, "SELECT DISTINCT key FROM " + SCANNED, doing())) {
            while (keys.next()) {
                String key = keys.text(1);
                versions.look(RedisSession.bytes(key), version -> findings.surplus(key, version));
            }
        }
        versions.drain();
    }

    private String doing() {
        return "verifying table " + context.keys().table();
    }
}
