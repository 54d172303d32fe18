package io.firn.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.Objects;

/**
 * The normalised schema of a marketplace, {@link ShopTable}, and the goods it opens with. The statements are in
 * {@code schema.sql} and {@code seed.sql} beside this class.
 */
public final class ShopSchema {
    private ShopSchema() {}

    /** Creates the tables, empty, with their foreign keys and REPLICA IDENTITY FULL. */
    public static void create(Connection connection) throws SQLException {
        inTransaction(connection, () -> execute(connection, resource("schema.sql")));
    }

    /**
     * Fills empty tables: so many products, about four times as many rows besides. The same seed gives the same rows.
     * The connection's user must be a superuser, as foreign keys are not checked meanwhile.
     *
     * @param openedOn the day at whose start, in UTC, the newest row was written
     */
    public static void seed(Connection connection, int products, long seed, LocalDate openedOn) throws SQLException {
        if (products < 0) {
            throw new IllegalArgumentException("products must not be negative but was " + products);
        }
        inTransaction(connection, () -> {
            set(connection, "shop.products", Integer.toString(products));
            // The seed is multiplied in SQL, so its upper half is folded away.
            set(connection, "shop.seed", Integer.toString(Long.hashCode(seed)));
            set(connection, "shop.opened_at", openedOn + " 00:00:00+00");
            execute(connection, resource("seed.sql"));
        });
    }

    /** Has a table log only the key of updated and deleted rows, so that unchanged long values are left out. */
    public static void logKeysOnly(Connection connection, ShopTable table) throws SQLException {
        execute(connection, "ALTER TABLE " + table.qualified() + " REPLICA IDENTITY DEFAULT");
    }

    private interface Work {
        void run() throws SQLException;
    }

    private static void inTransaction(Connection connection, Work work) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try {
            work.run();
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(autoCommit);
        }
    }

    private static void set(Connection connection, String name, String value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT set_config(?, ?, true)")) {
            statement.setString(1, name);
            statement.setString(2, value);
            statement.execute();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(ShopSchema.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
