package io.firn.snapshot.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogFoldTest {
    private static final int SEEDS = Integer.getInteger("firn.fold.seeds", 12);
    private static final int PARTITIONS = 3;
    private static final Schema LOGGED = new Schema(
            Types.NestedField.optional(1, "shop", Types.StringType.get()),
            Types.NestedField.optional(2, "id", Types.LongType.get()),
            Types.NestedField.optional(3, "price", Types.LongType.get()));
    private static final Schema WANTED = new Schema(
            Types.NestedField.required(1, "shop", Types.StringType.get()),
            Types.NestedField.required(2, "id", Types.LongType.get()),
            Types.NestedField.optional(3, "price", Types.LongType.get()),
            Types.NestedField.optional(4, "never \"logged\"", Types.IntegerType.get()));
    private static final List<String> KEY = List.of("shop", "id");

    /** A key, as its columns. */
    private record Key(String shop, long id) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int shops = shop.compareTo(other.shop);
            return shops != 0 ? shops : Long.compare(id, other.id);
        }
    }

    @TempDir
    private Path folder;

    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        connection = DriverManager.getConnection("jdbc:duckdb:");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private LogFold fold(Schema logged, Schema wanted, List<String> key) {
        return new LogFold(connection, new LogFold.Views("log", logged, "base"), wanted, key, "rows");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64})
    void rowsAreThoseThatTheSourceHadHoweverManyRanges(int ranges) throws SQLException {
        for (int seed = 0; seed < SEEDS; seed++) {
            Source source = new Source(new Random(seed));
            source.write(connection);
            long changes = fold(LOGGED, WANTED, KEY)
                    .run("_cut > 0 AND _cut <= 5", "true", ranges)
                    .changes();
            assertThat(rows()).as("seed %d", seed).isEqualTo(source.rows);
            assertThat(changes).as("seed %d", seed).isEqualTo(source.changes);
            fold(LOGGED, WANTED, KEY).run("_cut > 0 AND _cut <= 5", "id BETWEEN 3 AND 9", ranges);
            source.rows.keySet().removeIf(key -> key.id() < 3 || key.id() > 9);
            assertThat(rows()).as("some, seed %d", seed).isEqualTo(source.rows);
        }
    }

    @Test
    void keysThatDoNotFitIntoMemoryAreFoldedInRanges() throws SQLException {
        int keys = 300_000;
        execute("SET temp_directory = '%s'".formatted(folder.resolve("spill")));
        execute("SET threads = 1");
        execute("SET disabled_optimizers = 'build_side_probe_side'");
        execute("SET memory_limit = '20MB'");
        execute("CREATE VIEW base AS SELECT repeat('0', 20) || i AS id, 0::BIGINT AS price FROM range(%d) t(i)"
                .formatted(2 * keys));
        execute(
                "CREATE VIEW log AS SELECT repeat('0', 20) || (i * 7919 %% %1$d) AS id, i AS price, 'u' AS _op, 1::BIGINT AS _cut, 0 AS _partition, i AS _offset, i AS _lsn FROM range(%1$d) t(i)"
                        .formatted(keys));
        Schema schema = new Schema(
                Types.NestedField.required(1, "id", Types.StringType.get()),
                Types.NestedField.optional(2, "price", Types.LongType.get()));
        LogFold.Folded folded = fold(schema, schema, List.of("id")).run("true", "true");
        assertThat(folded.ranges()).isGreaterThan(1);
        assertThat(folded.changes()).isEqualTo(keys);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*), count(DISTINCT id), sum(price) FROM rows")) {
            row.next();
            assertThat(row.getLong(1)).isEqualTo(2 * keys);
            assertThat(row.getLong(2)).isEqualTo(2 * keys);
            assertThat(row.getLong(3)).isEqualTo((long) keys * (keys - 1) / 2);
        }
    }

    private Map<Key, Long> rows() throws SQLException {
        Map<Key, Long> rows = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT * FROM rows")) {
            while (found.next()) {
                Long before = rows.put(new Key(found.getString(1), found.getLong(2)), found.getLong(3));
                assertThat(before).isNull();
            }
        }
        return rows;
    }

    /** Changes in the order of the source, in partitions by key; a truncate is in one of them and empties all. */
    private static final class Source {
        private final Random random;
        private final TreeMap<Key, Long> rows = new TreeMap<>();
        private final List<String> base = new ArrayList<>();
        private final List<String> log = new ArrayList<>();
        private final Map<Integer, Long> offsets = new HashMap<>();
        private long changes;

        Source(Random random) {
            this.random = random;
            boolean oneShop = random.nextInt(4) == 0;
            for (int i = 0; i < 20; i++) {
                Key key = key(oneShop);
                if (rows.putIfAbsent(key, -1L) == null) {
                    base.add("('%s', %d, -1, NULL)".formatted(key.shop(), key.id()));
                }
            }
            int truncates = random.nextInt(3);
            for (int i = 0; i < 120; i++) {
                if (random.nextInt(120) < truncates) {
                    rows.clear();
                    logged("t", null, 0, i);
                } else {
                    change(key(oneShop), i);
                }
            }
        }

        private Key key(boolean oneShop) {
            return new Key(oneShop ? "only" : "o'" + random.nextInt(3), random.nextInt(15));
        }

        private void change(Key key, int i) {
            if (random.nextInt(3) == 0) {
                rows.remove(key);
                logged("d", key, 0, i);
            } else {
                rows.put(key, (long) i);
                logged("u", key, i, i);
            }
        }

        private void logged(String operation, @Nullable Key key, long price, int i) {
            int partition = key == null ? random.nextInt(PARTITIONS) : Math.floorMod(key.hashCode(), PARTITIONS);
            log.add("(%s, %s, '%s', %d, %d, %d, %d)"
                    .formatted(
                            key == null
                                    ? "NULL, NULL"
                                    : "'%s', %d".formatted(key.shop().replace("'", "''"), key.id()),
                            operation.equals("u") ? Long.toString(price) : "NULL",
                            operation,
                            1 + i / 24,
                            partition,
                            offsets.merge(partition, 1L, Long::sum),
                            1000 + i));
            changes++;
        }

        void write(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        "CREATE OR REPLACE TABLE log (shop VARCHAR, id BIGINT, price BIGINT, _op VARCHAR, _cut BIGINT, _partition INTEGER, _offset BIGINT, _lsn BIGINT)");
                statement.execute("INSERT INTO log VALUES " + String.join(", ", log));
                statement.execute("INSERT INTO log VALUES ('after', 1, 1, 'u', 6, 0, 9999, 9999)");
                statement.execute(
                        "CREATE OR REPLACE TABLE base (shop VARCHAR, id BIGINT, price BIGINT, \"never \"\"logged\"\"\" INTEGER)");
                statement.execute(
                        "INSERT INTO base VALUES " + String.join(", ", base).replace("o'", "o''"));
            }
        }
    }
}
