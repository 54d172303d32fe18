package io.firn.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * Where one session does its work: its connection, its dice, and the products it looks after. Each product belongs to
 * one desk, by its number modulo the number of desks, so that sessions seldom wait for each other; price waves and
 * brands belong to all.
 */
final class ShopDesk implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final int index;
    private final int desks;
    private long nextProduct;
    private long nextReason;
    private Random random = new Random(0);
    private OffsetDateTime time = OffsetDateTime.MIN;

    private ShopDesk(Connection connection, int index, int desks) throws SQLException {
        this.connection = connection;
        this.index = index;
        this.desks = desks;
        this.nextProduct = firstOwnAfter(highest("SELECT coalesce(max(product_id), 0) FROM product"));
        this.nextReason = firstOwnAfter(highest("SELECT coalesce(max(reason_id), 0) FROM price_change_reason"));
    }

    static ShopDesk open(String jdbcUrl, int index, int desks) throws SQLException {
        Connection connection = DriverManager.getConnection(jdbcUrl);
        connection.setAutoCommit(false);
        ShopDesk desk = new ShopDesk(connection, index, desks);
        // The driver sets the zone of this machine, and then a timestamp would not be the same date everywhere.
        desk.execute("SET timezone = 'UTC'");
        connection.commit();
        return desk;
    }

    private long firstOwnAfter(long highest) {
        return (highest / desks + 1) * desks + index;
    }

    private long highest(String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet result = statement.executeQuery()) {
            result.next();
            return result.getLong(1);
        }
    }

    void startDay(Random dice) {
        random = dice;
    }

    /** The shop's clock, which runs with the work, not with the machine. */
    void setTime(OffsetDateTime now) {
        time = now;
    }

    OffsetDateTime time() {
        return time;
    }

    Random random() {
        return random;
    }

    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    @SafeVarargs
    final <T> T oneOf(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    long newProduct() {
        long id = nextProduct;
        nextProduct += desks;
        return id;
    }

    Long[] newProducts(int count) {
        return LongStream.generate(this::newProduct).limit(count).boxed().toArray(Long[]::new);
    }

    long newReason() {
        long id = nextReason;
        nextReason += desks;
        return id;
    }

    /** One of this desk's products, low numbers more often than high; it may have been deleted meanwhile. */
    long product() {
        long own = (nextProduct - index) / desks;
        double skewed = random.nextDouble() * random.nextDouble();
        return Math.max(1, (long) (skewed * own)) * desks + index;
    }

    /** Different products in ascending order, at most so many. */
    Long[] products(int most) {
        return LongStream.generate(this::product)
                .limit(most)
                .sorted()
                .distinct()
                .boxed()
                .toArray(Long[]::new);
    }

    /** Executes a statement and returns how many rows it changed. Arrays become PostgreSQL arrays. */
    int execute(String sql, Object... arguments) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, sqlValue(arguments[i]));
        }
        return statement.executeUpdate();
    }

    private Object sqlValue(Object value) throws SQLException {
        if (value instanceof Long[] longs) {
            return connection.createArrayOf("int8", longs);
        }
        if (value instanceof Integer[] integers) {
            return connection.createArrayOf("int4", integers);
        }
        return value;
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
