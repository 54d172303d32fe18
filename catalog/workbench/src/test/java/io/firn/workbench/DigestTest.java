package io.firn.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DigestTest {
    private static final long SEED = 20;

    private EmbeddedPostgres server;
    private Connection postgres;
    private TestLake lake;
    private Workbench workbench;
    private DuckDBConnection duck;

    @BeforeAll
    void open(@TempDir Path folder) throws Exception {
        server = EmbeddedPostgres.builder().start();
        postgres = server.getPostgresDatabase().getConnection();
        lake = new TestLake(folder);
        workbench = new Workbench(lake.duck, TestLake.config(folder));
        duck = lake.duck.connect();
    }

    @AfterAll
    void close() throws Exception {
        duck.close();
        workbench.close();
        lake.close();
        postgres.close();
        server.close();
    }

    private static BigInteger half(byte[] md5, int from) {
        return new BigInteger(1, Arrays.copyOfRange(md5, from, from + 8));
    }

    /** The definition in Java. */
    private static Digest ofTexts(List<String> texts) throws Exception {
        Digest digest = Digest.EMPTY;
        for (String text : texts) {
            byte[] md5 = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
            digest = digest.plus(new Digest(1, half(md5, 8), half(md5, 0)));
        }
        return digest;
    }

    @Test
    void lowerAndUpperAreSnowflakesDocumentedNumbers() throws Exception {
        Digest snowflake = new Digest(
                1,
                new BigInteger("9203306159527282910"),
                new BigInteger(1, HexFormat.of().parseHex("edf1439075a83a44")));
        assertThat(ofTexts(List.of("Snowflake"))).isEqualTo(snowflake);
    }

    @Test
    void canonicalTextIsAsDefined() throws Exception {
        String row = """
                SELECT true AS b, -7 AS i, -0.50::DECIMAL(4,2) AS p, 5::DECIMAL(3,0) AS q, 1.5::DOUBLE AS d, '-0'::FLOAT AS f,
                  'nan'::DOUBLE AS n, DATE '2026-11-20' AS day, TIME '01:00:00' AS clock, TIMESTAMP '1969-12-31 23:59:59.999999' AS ts,
                  'é' AS s, '' AS empty, NULL::VARCHAR AS missing, '\\x00\\xFF'::BLOB AS x, ''::BLOB AS y, [1, 2, NULL] AS l,
                  MAP {'b': 'x', 'a': NULL} AS m, {'a': 1, 'b': ['z']} AS st, NULL::INTEGER[] AS nl, NULL::STRUCT(a INTEGER) AS ns,
                  uuid '00000000-0000-0000-0000-00000000000A' AS u""";
        List<DigestColumn> columns = List.of(
                column("b", Types.BooleanType.get()),
                column("i", Types.IntegerType.get()),
                column("p", Types.DecimalType.of(4, 2)),
                column("q", Types.DecimalType.of(3, 0)),
                column("d", Types.DoubleType.get()),
                column("f", Types.FloatType.get()),
                column("n", Types.DoubleType.get()),
                column("day", Types.DateType.get()),
                column("clock", Types.TimeType.get()),
                column("ts", Types.TimestampType.withoutZone()),
                column("s", Types.StringType.get()),
                column("empty", Types.StringType.get()),
                column("missing", Types.StringType.get()),
                column("x", Types.BinaryType.get()),
                column("y", Types.BinaryType.get()),
                column("l", Types.ListType.ofOptional(1, Types.IntegerType.get())),
                column("m", Types.MapType.ofOptional(1, 2, Types.StringType.get(), Types.StringType.get())),
                column(
                        "st",
                        Types.StructType.of(
                                Types.NestedField.optional(1, "a", Types.IntegerType.get()),
                                Types.NestedField.optional(
                                        2, "b", Types.ListType.ofOptional(3, Types.StringType.get())))),
                column("nl", Types.ListType.ofOptional(1, Types.IntegerType.get())),
                column("ns", Types.StructType.of(Types.NestedField.optional(1, "a", Types.IntegerType.get()))),
                column("u", Types.UUIDType.get()));
        String text = "true|-7|-0.50|5|4609434218613702656|0|NaN|20777|3600000000|-1|2:é|0:|:|x00FF|x|[1|2||]|"
                + "{1:a|:|1:b|1:x|}|(1|[1:z|]|)|||00000000-0000-0000-0000-00000000000a|";
        assertThat(TestLake.query(duck, "SELECT %s FROM (%s)".formatted(DigestSql.DUCKDB.rowText(columns), row)))
                .containsExactly(text);
        assertThat(Digest.query(duck, DigestSql.DUCKDB.sql(columns, "(" + row + ")")))
                .isEqualTo(ofTexts(List.of(text)));
    }

    private static DigestColumn column(String name, Type type) {
        return new DigestColumn(name, type, null);
    }

    @Test
    void theExamplesOfTheDocumentationAgree() throws Exception {
        String page = Files.readString(Path.of("../../docs/digest.md"));
        Matcher numbers = Pattern.compile("Each of these returns `(\\d+)`, `(\\d+)`, `(\\d+)`")
                .matcher(page);
        assertThat(numbers.find()).isTrue();
        String expected = "%s|%s|%s".formatted(numbers.group(1), numbers.group(2), numbers.group(3));
        List<String> blocks = new ArrayList<>();
        Matcher sql = Pattern.compile("```sql\\n(.*?)```", Pattern.DOTALL).matcher(page);
        while (sql.find()) {
            blocks.add(sql.group(1));
        }
        assertThat(TestLake.query(duck, blocks.get(0))).containsExactly(expected);
        assertThat(TestLake.query(postgres, blocks.get(1))).containsExactly(expected);
    }

    @Test
    void anEmptyTableHasTheEmptyDigest() throws Exception {
        List<DigestColumn> columns = List.of(column("a", Types.IntegerType.get()));
        String none = "(SELECT 1 AS a WHERE false) t";
        assertThat(Digest.query(duck, DigestSql.DUCKDB.sql(columns, none))).isEqualTo(Digest.EMPTY);
        assertThat(Digest.query(postgres, DigestSql.POSTGRESQL.sql(columns, none)))
                .isEqualTo(Digest.EMPTY);
    }

    @Test
    void groupsAddUpToTheWhole() throws Exception {
        List<DigestColumn> columns = List.of(column("a", Types.LongType.get()), column("s", Types.StringType.get()));
        String rows = "(SELECT a::BIGINT AS a, CASE WHEN a %% 3 > 0 THEN 'v' || a END AS s FROM %s) t";
        String inDuckDb = rows.formatted("range(1000) r(a)");
        String inPostgres = rows.formatted("generate_series(0, 999) r(a)");
        Digest whole = Digest.query(duck, DigestSql.DUCKDB.sql(columns, inDuckDb));
        assertThat(Digest.query(postgres, DigestSql.POSTGRESQL.sql(columns, inPostgres)))
                .isEqualTo(whole);
        assertThat(groups(duck, DigestSql.DUCKDB.sql(columns, inDuckDb, "a < 500", "a / 100")))
                .isNotEmpty();
        assertThat(groups(postgres, DigestSql.POSTGRESQL.sql(columns, inPostgres, null, "a / 100")).stream()
                        .reduce(Digest.EMPTY, Digest::plus))
                .isEqualTo(whole);
    }

    private static List<Digest> groups(Connection connection, String sql) throws Exception {
        List<Digest> digests = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                digests.add(Digest.read(rows, 2));
            }
        }
        return digests;
    }

    @Test
    void duckDbAndPostgresAgreeOnEveryType() throws Exception {
        PostgresRows rows = new PostgresRows(SEED);
        rows.create(postgres);
        List<Record> records = rows.insert(postgres, 500);
        Table table = lake.table("everything", rows.schema(), PartitionSpec.unpartitioned(), 3);
        TestLake.append(table, List.of(AllTypes.write(table, "rows", records)));
        workbench.view(duck, "v", Scan.of(table, new AsOf.Head()));
        List<DigestColumn> columns = DigestColumn.of(rows.schema());
        for (DigestColumn column : columns) {
            List<DigestColumn> one = List.of(columns.get(0), column);
            List<String> inDuckDb =
                    TestLake.query(duck, "SELECT %s FROM v ORDER BY id".formatted(DigestSql.DUCKDB.rowText(one)));
            inDuckDb.removeAll(
                    TestLake.query(postgres, "SELECT %s FROM everything".formatted(DigestSql.POSTGRESQL.rowText(one))));
            assertThat(inDuckDb).as("seed %d column %s", SEED, column).isEmpty();
        }
        Digest expected = Digest.query(duck, DigestSql.DUCKDB.sql(columns, "v"));
        assertThat(expected.rows()).isEqualTo(500);
        assertThat(Digest.query(postgres, DigestSql.POSTGRESQL.sql(columns, "everything")))
                .isEqualTo(expected);
        String texts = "SELECT %s FROM v".formatted(DigestSql.DUCKDB.rowText(columns));
        assertThat(ofTexts(TestLake.query(duck, texts))).isEqualTo(expected);
    }

    @Test
    void aHundredColumnsAreNotTooManyForPostgres() throws Exception {
        List<DigestColumn> columns = IntStream.range(0, 300)
                .mapToObj(i -> column("c" + i, Types.StringType.get()))
                .toList();
        String row = columns.stream()
                .map(column -> "'" + column.name() + "' AS " + column.name())
                .collect(Collectors.joining(", ", "(SELECT ", ") t"));
        assertThat(Digest.query(postgres, DigestSql.POSTGRESQL.sql(columns, row)))
                .isEqualTo(Digest.query(duck, DigestSql.DUCKDB.sql(columns, row)));
    }

    @Test
    void snowflakeTextIsWhatItsDocumentationAllows() {
        List<DigestColumn> columns =
                List.of(column("id", Types.LongType.get()), column("name", Types.StringType.get()));
        assertThat(DigestSql.SNOWFLAKE.rowText(columns))
                .isEqualTo("COALESCE(TO_VARCHAR(\"id\"), '') || '|' || COALESCE(TO_VARCHAR(OCTET_LENGTH(\"name\")), '')"
                        + " || ':' || COALESCE(TO_VARCHAR(\"name\"), '') || '|'");
    }
}
