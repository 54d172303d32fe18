package io.firn.engine.debezium;

import io.firn.catalog.Cut;
import io.firn.catalog.SourceTable;
import io.firn.engine.seed.SeedSource.Moment;
import io.firn.engine.seed.SeedSource.RowSink;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The moment at which a replication slot was made, as the transactions that read in its snapshot see it. */
final class ExactMoment implements Moment {
    /** Keys are part of the statement, and PostgreSQL plans it anew each time. */
    private static final int KEYS_AT_ONCE = 20_000;

    private final PostgresSettings settings;
    private final SlotSnapshot snapshot;
    private final Connection connection;
    private final Cut cut;

    /** @param connection in a transaction that sees the snapshot */
    ExactMoment(PostgresSettings settings, SlotSnapshot snapshot, Connection connection, Cut cut) {
        this.settings = settings;
        this.snapshot = snapshot;
        this.connection = connection;
        this.cut = cut;
    }

    @Override
    public Cut cut() {
        return cut;
    }

    @Override
    public void read(SourceTable table, List<String> keyColumns, Collection<List<String>> keys, RowSink sink) {
        List<List<String>> rest = new ArrayList<>(keys);
        try {
            for (int from = 0; from < rest.size(); from += KEYS_AT_ONCE) {
                List<List<String>> some = rest.subList(from, Math.min(rest.size(), from + KEYS_AT_ONCE));
                String sql = CopySql.copy(table, CopySql.withKeys(table, keyColumns, some));
                PostgresPartReader.copy(connection, sql, sink);
            }
        } catch (SQLException e) {
            throw PostgresFailures.of(settings, e);
        }
    }

    static void begin(Connection connection, String snapshotName) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            CopySql.configure(statement);
            connection.setAutoCommit(false);
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            statement.execute("SET TRANSACTION SNAPSHOT '" + snapshotName + "'");
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw PostgresFailures.of(settings, e);
        } finally {
            snapshot.close();
        }
    }
}
