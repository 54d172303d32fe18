package io.firn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.firn.catalog.Lake;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DqCommandTest {
    private static final String CONFIG = """
            lake:
              namespace: atlas
              catalog: { type: jdbc, uri: "jdbc:sqlite:%s/c.db?journal_mode=MEMORY&synchronous=OFF", warehouse: "./warehouse" }
            source: { bootstrap-servers: "localhost:1" }
            tables:
              product: { source: public.product, key: [id], expect: { freshness: { severity: off } } }
              price:
                source: public.price
                key: [id]
                expect:
                  freshness: { severity: off }
                  schema: off
                  sql: { negative: SELECT id FROM price WHERE amount < 0 }
              other: { source: public.other, key: [id], expect: { freshness: { severity: off } } }
            dq:
              groups: { shop: [product, price] }
              alert: "http://127.0.0.1:%d/hook"
              lineage: "http://127.0.0.1:%d"
            """;

    @TempDir
    private Path folder;

    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final List<String> lineage = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private Path file;
    private FirnConfig config;

    @BeforeEach
    void makeALake() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", exchange -> {
            told.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.createContext("/api/v1/lineage", exchange -> {
            lineage.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(201, -1);
            exchange.close();
        });
        server.start();
        file = Files.writeString(
                folder.resolve("firn.yaml"),
                CONFIG.formatted(
                        folder,
                        server.getAddress().getPort(),
                        server.getAddress().getPort()));
        config = ConfigLoader.load(file, Map.of());
        append("product", "SELECT 1::BIGINT AS id, 1::DECIMAL(12,2) AS amount");
        append("price", "SELECT 1::BIGINT AS id, 1::DECIMAL(12,2) AS amount");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void withTable(String name, Consumer<Table> work) {
        try (Lake lake = Lake.open(config.lake())) {
            work.accept(lake.currentTable(TableDefinition.of(
                    name,
                    config.table(name),
                    new SourceTable(
                            "public." + name,
                            List.of(
                                    new SourceColumn("id", "bigint", true),
                                    new SourceColumn("amount", "numeric(12,2)", false)),
                            List.of("id")))));
        }
    }

    private void append(String name, String select) {
        withTable(name, table -> {
            try (DuckDatabase duck = DuckDatabase.open(config.workbench());
                    DuckDBConnection connection = duck.connect()) {
                AppendFiles append = table.newAppend();
                new ParquetOut(table, "test", FileSettings.of(table), folder.resolve("upload"))
                        .write(connection, select)
                        .ifPresent(append::appendFile);
                append.commit();
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private CommandRun dq(String... more) {
        List<String> arguments = new ArrayList<>(List.of("-c", file.toString(), "dq", "--output", "csv"));
        arguments.addAll(List.of(more));
        return CommandRun.of(Map.of(), arguments.toArray(new String[0]));
    }

    private CommandRun sql(String query, String... more) {
        List<String> arguments = new ArrayList<>(List.of("-c", file.toString(), "sql", "--output", "csv", query));
        arguments.addAll(List.of(more));
        return CommandRun.of(Map.of(), arguments.toArray(new String[0]));
    }

    @Test
    void whatHoldsIsCertifiedAndWhatFailsIsNotAndSomebodyIsToldOnce() {
        assertThat(dq()).isEqualTo(new CommandRun(0, """
                table,expectation,severity,verdict,measured,threshold,failing,detail
                product,unique.key,critical,held,0.0,0.0,0,no key has two rows
                product,schema,warn,held,0.0,0.0,0,2 columns are noted
                price,unique.key,critical,held,0.0,0.0,0,no key has two rows
                price,sql.negative,critical,held,0.0,0.0,0,0 rows are found
                """, "certified: shop\n"));
        assertThat(told).isEmpty();
        assertThat(lineage).hasSize(3);
        assertThat(lineage.get(1)).contains("\"eventType\":\"COMPLETE\"", "\"name\":\"atlas.price\"");

        append("price", "SELECT 2::BIGINT AS id, -5::DECIMAL(12,2) AS amount");
        append("product", "SELECT 2::BIGINT AS id, 5::DECIMAL(12,2) AS amount");
        CommandRun failed = dq();
        assertThat(failed.exitCode()).isEqualTo(3);
        assertThat(failed.err()).isEqualTo("""
                not certified: shop (price.sql.negative: 1 rows are found)
                firn: price.sql.negative: 1 rows are found
                """);
        assertThat(dq().exitCode()).isEqualTo(3);
        assertThat(told).hasSize(1);
        assertThat(told.get(0)).contains("critical `price.sql.negative`: 1 rows are found");
        assertThat(sql("SELECT count(*) AS n FROM product", "--tag", "certified")
                        .out())
                .isEqualTo("n\n1\n");

        withTable(
                "price",
                table -> table.newDelete()
                        .deleteFromRowFilter(Expressions.lessThan("amount", 0))
                        .commit());
        assertThat(dq().err()).isEqualTo("certified: shop\n");
        assertThat(told).hasSize(2);
        assertThat(told.get(1)).contains("holds again `price.sql.negative`: 0 rows are found");
        assertThat(sql("SELECT count(*) AS n FROM product", "--tag", "certified")
                        .out())
                .isEqualTo("n\n2\n");
        assertThat(sql("SELECT verdict, sample, alerted FROM firn_dq_results WHERE expectation = 'sql.negative'"
                                + " ORDER BY checked_at")
                        .out())
                .isEqualTo("""
                        verdict,sample,alerted
                        held,[],false
                        failed,"[{""id"":""2""}]",true
                        failed,"[{""id"":""2""}]",true
                        held,[],false
                        """);
    }

    @Test
    void partOfAGroupIsNotCertified() {
        assertThat(dq("price").err()).isEmpty();
        assertThat(sql("SELECT 1 FROM price", "--tag", "certified").err())
                .isEqualTo("firn: table atlas.price has no tag certified (it has none)\n"
                        .replace("atlas.price", "lake.atlas.price"));
    }

    @Test
    void theReportIsOneFile() throws Exception {
        Path page = folder.resolve("quality.html");
        assertThat(dq("--report", page.toString()).err())
                .isEqualTo("the report is " + page.toUri() + "\ncertified: shop\n");
        assertThat(Files.readString(page))
                .contains(
                        "<title>Data quality: atlas</title>", "price.id", "no key has two rows", "public.price.amount");
        assertThat(dq("--report", folder.resolve("no/folder.html").toString()).err())
                .contains("folder.html cannot be written: ");
    }

    @Test
    void aDayIsLookedAtByItsTag() {
        withTable(
                "price",
                table -> table.manageSnapshots()
                        .createTag("day-2026-11-20", table.currentSnapshot().snapshotId())
                        .commit());
        append("price", "SELECT 2::BIGINT AS id, -5::DECIMAL(12,2) AS amount");

        assertThat(dq("--as-of", "2026-11-20")).isEqualTo(new CommandRun(0, """
                table,expectation,severity,verdict,measured,threshold,failing,detail
                price,unique.key,critical,held,0.0,0.0,0,no key has two rows
                price,sql.negative,critical,held,0.0,0.0,0,0 rows are found
                """, ""));
        assertThat(dq("--as-of", "2026-11-19").err()).isEqualTo("firn: no table has the day 2026-11-19\n");
    }
}
