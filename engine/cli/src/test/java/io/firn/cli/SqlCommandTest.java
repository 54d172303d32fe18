package io.firn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Cut;
import io.firn.catalog.Lake;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.SourceTable;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlCommandTest {

    private static final String CONFIG = """
            lake: { namespace: atlas }
            source: { bootstrap-servers: "localhost:1" }
            tables:
              product: { source: public.product, key: [id] }
              price: { source: public.price, key: [id] }
            """;

    @TempDir
    private static Path folder;

    private static final Cut CUT = new Cut(
            7,
            4711,
            Instant.parse("2026-11-20T21:00:00Z"),
            SourcePosition.EMPTY,
            SourcePosition.EMPTY,
            List.of("product"),
            List.of("day-2026-11-20"));

    private static Path file;
    private static long firstSnapshot;

    @BeforeAll
    static void makeALake() throws Exception {
        file = Files.writeString(folder.resolve("firn.yaml"), CONFIG);
        FirnConfig config = ConfigLoader.load(file, Map.of());
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                DuckDBConnection connection = duck.connect()) {
            Table product = lake.currentTable(TableDefinition.of(
                    "product",
                    config.table("product"),
                    new SourceTable(
                            "public.product",
                            List.of(
                                    new SourceColumn("id", "bigint", true),
                                    new SourceColumn("title", "text", false),
                                    new SourceColumn("seen", "timestamp(6) without time zone", false),
                                    new SourceColumn("tags", "text[]", false)),
                            List.of("id"))));
            append(
                    product,
                    connection,
                    "SELECT 1::BIGINT AS id, 'Lamp' AS title, TIMESTAMP '2026-03-29 02:30:00' AS seen,"
                            + " ['a', NULL] AS tags",
                    CUT.properties());
            firstSnapshot = product.currentSnapshot().snapshotId();
            product.manageSnapshots().createTag("day-2026-11-20", firstSnapshot).commit();
            append(
                    product,
                    connection,
                    "SELECT 2::BIGINT AS id, NULL::VARCHAR AS title, NULL::TIMESTAMP AS seen,"
                            + " NULL::VARCHAR[] AS tags",
                    Map.of());
        }
    }

    private static void append(Table table, DuckDBConnection connection, String select, Map<String, String> summary) {
        AppendFiles append = table.newAppend();
        summary.forEach(append::set);
        new ParquetOut(table, "test", FileSettings.of(table), folder.resolve("upload"))
                .write(connection, select)
                .ifPresent(append::appendFile);
        append.commit();
        table.refresh();
    }

    @Test
    void everyTableIsAView() {
        assertThat(sql("SELECT * FROM product ORDER BY id")).isEqualTo(new CommandRun(0, """
                                id  title  seen                 tags
                                --  -----  -------------------  ---------
                                 1  Lamp   2026-03-29 02:30:00  [a, NULL]
                                 2  NULL   NULL                 NULL
                                """, ""));
    }

    @Test
    void anyDayTagOrSnapshotCanBeAskedFor() {
        String query = "SELECT count(*) AS n FROM product";

        assertThat(sql(query, "--output", "csv").out()).isEqualTo("n\n2\n");
        assertThat(sql(query, "--output", "csv", "--as-of", "2026-11-20").out()).isEqualTo("n\n1\n");
        assertThat(sql(query, "--output", "csv", "--tag", "day-2026-11-20").out())
                .isEqualTo("n\n1\n");
        assertThat(sql(query, "--output", "csv", "--snapshot", String.valueOf(firstSnapshot))
                        .out())
                .isEqualTo("n\n1\n");
    }

    @Test
    void whatAReportSawIsToldWithThePositionInTheSource() {
        for (String[] moment : new String[][] {
            {"--snapshot", String.valueOf(firstSnapshot)}, {"--as-of", "2026-11-20"}, {"--tag", "day-2026-11-20"}
        }) {
            CommandRun run = CommandRun.of(
                    "-c", file.toString(), "audit", "moment", moment[0], moment[1], "product", "--output", "csv");
            assertThat(run.err()).isEmpty();
            assertThat(run.out())
                    .matches(
                            "table,snapshot,written_at,cut,lsn,changes_until,tags\nproduct,%d,20[^,]*Z,7,4711,2026-11-20T21:00:00Z,day-2026-11-20\n"
                                    .formatted(firstSnapshot));
        }
        assertThat(CommandRun.of("-c", file.toString(), "audit", "moment", "product", "--output", "csv")
                        .out())
                .contains(",7,4711,2026-11-20T21:00:00Z,\"\"\n")
                .doesNotContain(String.valueOf(firstSnapshot));
        assertThat(CommandRun.of("-c", file.toString(), "audit", "moment", "--snapshot", "5", "product")
                        .err())
                .isEqualTo("firn: table lake.atlas.product has no snapshot 5; it may have expired\n");
    }

    @Test
    void rowsThatDifferBetweenTwoDaysAreShown() {
        assertThat(sql("product", "--diff", "2026-11-20..", "--output", "csv").out())
                .isEqualTo("change,id,title,seen,tags\nadded,2,,,\n");
        assertThat(sql("product", "--diff", "2026-11-20..day-2026-11-20", "--output", "csv")
                        .out())
                .isEqualTo("change,id,title,seen,tags\n");
        assertThat(sql("product", "--diff", "2026-11-20").err())
                .isEqualTo("firn: --diff must be two days or tags such as 2026-11-19..2026-11-20 but was 2026-11-20\n");
    }

    @Test
    void rowsGoToAFileInTheFormOfItsName() throws Exception {
        for (String name : new String[] {"rows.csv", "rows.json", "rows.parquet"}) {
            Path rows = folder.resolve(name);
            assertThat(sql("SELECT id, title FROM product ORDER BY id", "--to", rows.toString())
                            .exitCode())
                    .isZero();
            assertThat(sql("SELECT * FROM '" + rows + "'", "--output", "csv").out())
                    .as(name)
                    .isEqualTo("id,title\n1,Lamp\n2,\n");
        }
        assertThat(sql("SELECT 1", "--to", "rows.txt").err())
                .isEqualTo("firn: a file must end in .csv, .json or .parquet but was rows.txt\n");
    }

    @Test
    void jsonKeepsTypesAndNesting() {
        assertThat(sql(
                                "SELECT id, tags, {'a': 1.50, 'b': [true]} AS s, MAP {'k': 2} AS m FROM product WHERE id = 1",
                                "--output",
                                "json")
                        .out())
                .isEqualTo("""
                        [
                        {"id":1,"tags":["a",null],"s":{"a":1.50,"b":[true]},"m":{"k":2}}
                        ]
                        """);
    }

    @Test
    void aStatementThatNamesNoTableSeesThemAllWhenItAsksForTables() {
        assertThat(sql("SHOW TABLES", "--output", "csv").out())
                .contains("product\n")
                .doesNotContain("price");
        assertThat(sql("SELECT 1 AS one", "--output", "csv").out()).isEqualTo("one\n1\n");
    }

    @Test
    void statementsComeFromStandardInputToo() {
        CommandRun run = CommandRun.reading(
                "SELECT ';\n' AS semicolon;\nSELECT count(*) AS n\nFROM product;\n",
                Map.of(),
                "-c",
                file.toString(),
                "sql",
                "--output",
                "csv");

        assertThat(run).isEqualTo(new CommandRun(0, "semicolon\n\";\n\"\nn\n2\n", ""));
    }

    @Test
    void aWrongStatementIsOneLine() {
        assertThat(sql("SELECT nme FROM product"))
                .satisfies(run -> assertThat(run.exitCode()).isEqualTo(2))
                .satisfies(run -> assertThat(run.err())
                        .startsWith("firn: Binder Error: Referenced column \"nme\" not found in FROM clause!")
                        .hasLineCount(1));
        assertThat(sql("SELEC 1").err()).isEqualTo("firn: Parser Error: syntax error at or near \"SELEC\"\n");
        assertThat(sql("SELECT * FROM prodcut"))
                .isEqualTo(new CommandRun(2, "", "firn: there is no table prodcut; did you mean product?\n"));
    }

    @Test
    void aMomentThatIsNotThereIsOneLine() {
        assertThat(sql("SELECT * FROM product", "--as-of", "2026-11-19"))
                .isEqualTo(new CommandRun(
                        2,
                        "",
                        "firn: table lake.atlas.product cannot show 2026-11-19: it is before the beginning: the first day is"
                                + " 2026-11-20\n"));
        assertThat(sql("SELECT * FROM product", "--as-of", "yesterday"))
                .isEqualTo(new CommandRun(
                        2,
                        "",
                        "firn: Invalid value for option '--as-of': must be a day such as 2026-11-20 or a time such as"
                                + " 2026-11-20T14:30Z but was yesterday; see firn sql --help\n"));
        assertThat(sql("SELECT 1", "--tag", "a", "--snapshot", "1").err())
                .isEqualTo("firn: --tag=TAG, --snapshot=ID are mutually exclusive (specify only one);"
                        + " see firn sql --help\n");
    }

    @Test
    void statusShowsEveryConfiguredTable() {
        CommandRun run = CommandRun.of("-c", file.toString(), "status", "--output", "json");

        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines().skip(1).limit(2))
                .satisfiesExactly(
                        product -> assertThat(product)
                                .matches(
                                        "\\{\"table\":\"product\",\"rows\":2,\"files\":2,\"delete_files\":0,\"bytes\":\\d+,"
                                                + "\"cut\":7,\"last_change\":\"2026-11-20T21:00:00Z\",\"committed\":\"20\\d\\d-[^\"]*Z\",\"days\":1,"
                                                + "\"newest_day\":\"2026-11-20\"},"),
                        price -> assertThat(price).startsWith("{\"table\":\"price\",\"rows\":null,"));
    }

    private static CommandRun sql(String query, String... options) {
        String[] arguments = new String[options.length + 4];
        arguments[0] = "-c";
        arguments[1] = file.toString();
        arguments[2] = "sql";
        arguments[3] = query;
        System.arraycopy(options, 0, arguments, 4, options.length);
        return CommandRun.of(arguments);
    }
}
