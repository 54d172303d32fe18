package io.firn.engine.debezium;

import io.firn.catalog.SourceTable;
import io.firn.engine.seed.SeedPart;
import io.firn.engine.seed.SeedPlan;
import io.firn.engine.seed.SeedSource.PartReader;
import io.firn.engine.seed.SeedSource.RowSink;
import io.firn.engine.seed.TableChangedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Reads parts on one connection, each in a transaction of its own. */
final class PostgresPartReader implements PartReader {
    private static final String UNDEFINED_TABLE = "42P01";

    private final Database database;
    private final PartPlanner planner;

    PostgresPartReader(PostgresSettings settings, PartPlanner planner) {
        this.database = new Database(settings);
        this.planner = planner;
    }

    @Override
    public void read(SourceTable table, SeedPlan plan, SeedPart part, RowSink sink) throws TableChangedException {
        PartPlanner.Pages pages = PartPlanner.Pages.parse(part.place());
        String change = database.fresh(connection -> read(connection, table, plan, pages, sink));
        if (!change.isEmpty()) {
            throw new TableChangedException(change);
        }
    }

    /** @return what has changed; empty when the part was read */
    private String read(Connection connection, SourceTable table, SeedPlan plan, PartPlanner.Pages pages, RowSink sink)
            throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            CopySql.configure(statement);
            connection.commit();
            // Before anything is looked at, so that it stays as it is then.
            statement.execute("LOCK TABLE %s IN ACCESS SHARE MODE"
                    .formatted(CopySql.relation(pages.schema() + "." + pages.name())));
            if (!planner.shape(connection, table.name()).equals(plan.shape())) {
                connection.rollback();
                return "was altered, truncated or written anew";
            }
            copy(connection, CopySql.copy(table, pages.from("t")), sink);
            connection.rollback();
            return "";
        } catch (SQLException e) {
            if (UNDEFINED_TABLE.equals(e.getSQLState())) {
                connection.rollback();
                return "was dropped in part";
            }
            throw e;
        } finally {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }

    /** Reads what a {@code COPY} sends. A sink that fails ends the connection. */
    static void copy(Connection connection, String sql, RowSink sink) throws SQLException {
        CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
        try {
            byte @Nullable [] row = copy.readFromCopy();
            while (row != null) {
                sink.row(row);
                row = copy.readFromCopy();
            }
        } catch (RuntimeException | Error e) {
            abort(connection, e);
            throw e;
        }
    }

    /** Nobody takes the rest, and what the server answers to being told so must not be taken for the reason. */
    private static void abort(Connection connection, Throwable reason) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
