package io.firn.dq.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.PostgresSchemas;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.LakeConfig;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Workbench;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerifyTest {
    private EmbeddedPostgres server;
    private Connection postgres;
    private Lake lake;
    private DuckDatabase database;
    private Workbench workbench;
    private DuckDBConnection duck;
    private Path folder;

    @BeforeAll
    void open(@TempDir Path folder) throws Exception {
        this.folder = folder;
        server = EmbeddedPostgres.builder().start();
        postgres = server.getPostgresDatabase().getConnection();
        lake = Lake.open(new LakeConfig(
                new CatalogConfig(
                        CatalogType.JDBC,
                        "jdbc:sqlite:" + folder.resolve("catalog.db"),
                        "file:" + folder.resolve("warehouse"),
                        Map.of()),
                "shop"));
        WorkbenchConfig config = new WorkbenchConfig(
                256 << 20, 2, folder.resolve("tmp"), 1 << 30, folder.resolve("cache"), 1 << 30, folder);
        database = DuckDatabase.open(config);
        workbench = new Workbench(database, config);
        duck = database.connect();
    }

    @AfterAll
    void close() throws Exception {
        duck.close();
        workbench.close();
        database.close();
        lake.close();
        postgres.close();
        server.close();
    }

    private void source(String... statements) throws SQLException {
        try (Statement statement = postgres.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** A table of the lake made from the declaration in PostgreSQL, with the rows of a DuckDB query. */
    private Table lake(String name, List<String> key, String rows) throws SQLException {
        TableDefinition definition = new TableDefinition(
                name, PostgresSchemas.read(postgres, "public." + name).orElseThrow(), key, List.of(), List.of(), 3);
        Table table = lake.currentTable(definition);
        append(table, rows);
        return table;
    }

    private void append(Table table, String rows) {
        List<DataFile> files = new ParquetOut(table, "test", FileSettings.of(table), folder)
                .writePartitioned(duck, "(" + rows + ")", null);
        var append = table.newAppend();
        files.forEach(append::appendFile);
        append.commit();
    }

    private Verification verify(Table table, int most) {
        return new Verify(workbench, most)
                .compare(
                        table,
                        table.currentSnapshot() == null
                                ? null
                                : (Long) table.currentSnapshot().snapshotId(),
                        postgres,
                        "public." + table.name().substring(table.name().lastIndexOf('.') + 1));
    }

    private static RowDifference row(
            String key, String value, RowDifference.Kind kind, RowDifference.Column... columns) {
        return new RowDifference(Map.of(key, value), kind, List.of(columns));
    }

    @Test
    void theSameRowsAreEqual() throws Exception {
        source(
                "CREATE TABLE same (id bigint PRIMARY KEY, price numeric(12,2), at timestamptz, tags text[], code char(4))",
                "INSERT INTO same SELECT i, i / 7.0, 'epoch'::timestamptz + i * interval '1 hour', ARRAY['a', NULL], 'x'"
                        + " FROM generate_series(1, 5000) i");
        Table table = lake(
                "same",
                List.of("id"),
                "SELECT i AS id, round((i::DECIMAL(18,8) / 7)::DECIMAL(18,8), 2)::DECIMAL(12,2) AS price,"
                        + " TIMESTAMPTZ 'epoch' + to_hours(i) AS at, ['a', NULL] AS tags, 'x   ' AS code FROM range(1, 5001) t(i)");
        Verification result = verify(table, 10);
        assertThat(result.equal()).isTrue();
        assertThat(result.lake().rows()).isEqualTo(5000);
        assertThat(result.lake()).isEqualTo(result.postgres());
        assertThat(result.differences()).isEmpty();
        assertThat(postgres.getAutoCommit()).isTrue();
    }

    @Test
    void differencesAreNarrowedDownToKeysAndColumns() throws Exception {
        source(
                "CREATE TABLE differing (id bigint PRIMARY KEY, name text, price numeric(12,2))",
                "INSERT INTO differing SELECT i, 'n' || i, i FROM generate_series(1, 100000) i",
                "INSERT INTO differing VALUES (-9223372036854775808, 'least', NULL), (9223372036854775807, 'most', 1)");
        Table table = lake("differing", List.of("id"), """
                SELECT i AS id, CASE WHEN i = 70000 THEN NULL ELSE 'n' || i END AS name,
                  CASE WHEN i = 70000 THEN 0.01 ELSE i END::DECIMAL(12,2) AS price
                FROM range(1, 100002) t(i) WHERE i <> 500
                UNION ALL SELECT 42, 'n42', 42""");
        Verification result = verify(table, 10);
        assertThat(result.equal()).isFalse();
        assertThat(result.lake().rows()).isEqualTo(100_001);
        assertThat(result.postgres().rows()).isEqualTo(100_002);
        assertThat(result.moreDifferences()).isFalse();
        assertThat(result.differences())
                .containsExactlyInAnyOrder(
                        row("id", "-9223372036854775808", RowDifference.Kind.MISSING_IN_LAKE),
                        row("id", "42", RowDifference.Kind.DOUBLED_IN_LAKE),
                        row("id", "500", RowDifference.Kind.MISSING_IN_LAKE),
                        row(
                                "id",
                                "70000",
                                RowDifference.Kind.DIFFERENT,
                                new RowDifference.Column("name", null, "n70000"),
                                new RowDifference.Column("price", "0.01", "70000.00")),
                        row("id", "100001", RowDifference.Kind.MISSING_IN_SOURCE),
                        row("id", "9223372036854775807", RowDifference.Kind.MISSING_IN_LAKE));
        assertThat(verify(table, 2).differences()).hasSize(2);
        assertThat(verify(table, 2).moreDifferences()).isTrue();
    }

    @Test
    void keysOfTextsAndSeveralColumnsAreNarrowedDownToo() throws Exception {
        source(
                "CREATE TABLE composite (shop text, sku text, stock integer, PRIMARY KEY (shop, sku))",
                "INSERT INTO composite SELECT 's''\\' || i % 3, 'é|' || i, i FROM generate_series(1, 3000) i");
        Table table = lake(
                "composite",
                List.of("shop", "sku"),
                "SELECT 's''\\' || i % 3 AS shop, 'é|' || i AS sku, (i + (i = 77)::INTEGER)::INTEGER AS stock FROM range(1, 3001) t(i)");
        assertThat(verify(table, 5).differences())
                .containsExactly(new RowDifference(
                        new LinkedHashMap<>(Map.of("shop", "s'\\2", "sku", "é|77")),
                        RowDifference.Kind.DIFFERENT,
                        List.of(new RowDifference.Column("stock", "78", "77"))));
    }

    @Test
    void aColumnThatTheLakeLacksMakesTablesUnequal() throws Exception {
        source("CREATE TABLE grown (id bigint PRIMARY KEY)", "INSERT INTO grown VALUES (1)");
        Table table = lake("grown", List.of("id"), "SELECT 1 AS id");
        assertThat(verify(table, 5).equal()).isTrue();
        source("ALTER TABLE grown ADD COLUMN extra text");
        table.updateSchema().addColumn("soft", Types.StringType.get()).commit();
        Verification result = verify(table, 5);
        assertThat(result.equal()).isFalse();
        assertThat(result.columnsOnlyInSource()).containsExactly("extra");
        assertThat(result.columnsOnlyInLake()).containsExactly("soft");
    }

    @Test
    void theMomentIsTheCallersTransaction() throws Exception {
        source("CREATE TABLE moment (id bigint PRIMARY KEY)", "INSERT INTO moment VALUES (1)");
        Table table = lake("moment", List.of("id"), "SELECT 1 AS id");
        try (Connection earlier = server.getPostgresDatabase().getConnection();
                Statement statement = earlier.createStatement()) {
            earlier.setAutoCommit(false);
            earlier.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute("SELECT 1");
            source("INSERT INTO moment VALUES (2)");
            long snapshot = table.currentSnapshot().snapshotId();
            Verify verify = new Verify(workbench, 5);
            assertThat(verify.compare(table, snapshot, earlier, "public.moment").equal())
                    .isTrue();
            assertThat(earlier.getAutoCommit()).isFalse();
            assertThat(verify.compare(table, snapshot, postgres, "public.moment")
                            .differences())
                    .containsExactly(row("id", "2", RowDifference.Kind.MISSING_IN_LAKE));
        }
    }

    /** One cut: an update in partition 2, then the truncate in partition 1, then an insert in partition 0. */
    @Test
    void aTruncateThatTheTableLacksStillExplainsWhatCameBeforeItInOtherPartitions() throws Exception {
        source("CREATE TABLE emptied (id bigint PRIMARY KEY, name text)", "INSERT INTO emptied VALUES (3, 'after')");
        Table table =
                lake("emptied", List.of("id"), "SELECT 1::BIGINT AS id, 'first' AS name UNION ALL SELECT 2, 'second'");
        TableDefinition definition = new TableDefinition(
                "emptied",
                PostgresSchemas.read(postgres, "public.emptied").orElseThrow(),
                List.of("id"),
                List.of(),
                List.of(),
                3);
        Table log = lake.changeLog(definition);
        append(log, """
                SELECT id::BIGINT AS id, name, NULL::STRUCT(id BIGINT, "name" VARCHAR) AS _before, NULL::VARCHAR[] AS _changed,
                  _op, _lsn::BIGINT AS _lsn, NULL::BIGINT AS _tx_id, NULL::BIGINT AS _tx_order,
                  TIMESTAMPTZ '2026-11-30' AS _source_ts, TIMESTAMPTZ '2026-11-30' AS _ingested_at, 1::BIGINT AS _cut,
                  't' AS _topic, _partition, _lsn::BIGINT AS _offset
                FROM (VALUES (2, 'before', 'u', 10, 2), (NULL, NULL, 't', 20, 1), (3, 'after', 'c', 30, 0))
                  t(id, name, _op, _lsn, _partition)
                """);
        Verification found = new Verify(workbench, 5)
                .compareLive(
                        table,
                        log,
                        postgres,
                        "public.emptied",
                        KeyRange.ALL,
                        new LakeProgress(Map.of("emptied", log)),
                        Duration.ZERO);
        assertThat(found.differences()).isEmpty();
        assertThat(found.equal()).isTrue();
    }

    @Test
    void tablesWithoutRowsOnEitherSideAreComparedToo() throws Exception {
        source("CREATE TABLE bare (id bigint PRIMARY KEY)");
        Table table = lake("bare", List.of("id"), "SELECT 1 AS id WHERE false");
        assertThat(verify(table, 5).equal()).isTrue();
        source("INSERT INTO bare VALUES (7)");
        assertThat(verify(table, 5).differences()).containsExactly(row("id", "7", RowDifference.Kind.MISSING_IN_LAKE));
    }

    @Test
    void aMissingSourceTableIsNamed() throws Exception {
        source("CREATE TABLE gone (id bigint PRIMARY KEY)");
        Table table = lake("gone", List.of("id"), "SELECT 1 AS id");
        source("DROP TABLE gone");
        assertThatThrownBy(() -> verify(table, 5))
                .isInstanceOfSatisfying(
                        FirnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND))
                .hasMessage("the source has no table public.gone");
        assertThat(postgres.getAutoCommit()).isTrue();
    }
}
