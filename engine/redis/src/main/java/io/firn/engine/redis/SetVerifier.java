package io.firn.engine.redis;

import io.firn.engine.redis.Links.Embedded;
import io.firn.engine.redis.Links.SetLink;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.TableView;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;

/**
 * Compares the members of a table's sets with the rows that should be in them. DuckDB holds both, on disk if need be.
 */
final class SetVerifier {
    private static final String LAKE = "firn_lake_members";
    private static final String REDIS = "firn_redis_members";
    private static final String ONLY =
            "SELECT DISTINCT s, m, CAST(z AS VARCHAR) FROM %s EXCEPT SELECT s, m, CAST(z AS VARCHAR) FROM %s";

    private final ProjectionContext context;
    private final Table table;

    SetVerifier(ProjectionContext context, Table table) {
        this.context = context;
        this.table = table;
    }

    /** @param portions all files of the table at the snapshot, which is where Redis is */
    void compare(@Nullable Snapshot snapshot, List<List<FileScanTask>> portions, Findings findings) {
        try (DuckDBConnection connection = context.rows().connect();
                Statement statement = connection.createStatement()) {
            for (String name : List.of(LAKE, REDIS)) {
                statement.execute("CREATE TEMP TABLE %s (s VARCHAR, m VARCHAR, z DOUBLE)".formatted(name));
            }
            String rowKey = KeySql.ofRows(table.schema()).of(context.keys().template(), Generation.NONE);
            for (List<FileScanTask> files : portions) {
                try (TableView view = context.rows().view(connection, table, snapshot, files)) {
                    for (String members : context.keys().links().members(table.schema(), rowKey, view.name())) {
                        statement.execute("INSERT INTO " + LAKE + " " + members);
                    }
                }
            }
            collect(connection);
            report(connection, ONLY.formatted(LAKE, REDIS), "a member", null, findings);
            report(connection, ONLY.formatted(REDIS, LAKE), null, "a member", findings);
        } catch (SQLException e) {
            throw DuckFailures.translate(doing(), e);
        }
    }

    private void collect(DuckDBConnection connection) throws SQLException {
        RedisSession session = context.servers().all().get(0);
        try (DuckDBAppender members = connection.createAppender("temp", "main", REDIS)) {
            for (SetLink set : context.keys().links().sets()) {
                boolean isSorted = set.config().score() != null;
                for (byte[] key : keys(session, set.key().glob(Generation.NONE), isSorted ? "zset" : "set")) {
                    collect(session, key, isSorted, members);
                }
            }
            for (Embedded one : context.keys().links().embedded()) {
                for (byte[] key : keys(session, KeyTemplate.escaped(one.references()) + "*", "set")) {
                    collect(session, key, false, members);
                }
            }
        }
    }

    private static List<byte[]> keys(RedisSession session, String glob, String type) {
        List<byte[]> keys = new ArrayList<>();
        TableKeys.scanKeys(session, RedisSession.bytes(glob), type, keys::addAll);
        return keys;
    }

    private static void collect(RedisSession session, byte[] set, boolean isSorted, DuckDBAppender members)
            throws SQLException {
        byte[] cursor = RedisSession.bytes("0");
        do {
            List<?> page = (List<?>)
                    Objects.requireNonNull(session.call(isSorted ? Command.ZSCAN : Command.SSCAN, set, cursor));
            cursor = (byte[]) page.get(0);
            List<?> found = (List<?>) page.get(1);
            for (int i = 0; i < found.size(); i += isSorted ? 2 : 1) {
                members.beginRow();
                members.append(RedisSession.text(set));
                members.append(RedisSession.text(found.get(i)));
                members.append(
                        isSorted ? Double.parseDouble(String.valueOf(RedisSession.text(found.get(i + 1)))) : 0.0);
                members.endRow();
            }
        } while (cursor.length != 1 || cursor[0] != '0');
    }

    private void report(
            DuckDBConnection connection,
            String query,
            @Nullable String lake,
            @Nullable String redis,
            Findings findings) {
        try (RowQuery rows = new RowQuery(connection, query, doing())) {
            while (rows.next()) {
                findings.member(rows.text(1), rows.text(2), lake, redis);
            }
        }
    }

    private String doing() {
        return "verifying sets of table " + context.keys().table();
    }
}
