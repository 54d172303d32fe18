package io.firn.engine.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Lake;
import io.firn.catalog.PostgresSchemas;
import io.firn.catalog.SourceTable;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.ingest.Ingest;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.ingest.IngestSetup;
import io.firn.engine.ingest.QuarantineReplay;
import io.firn.engine.quarantine.QuarantineView;
import io.firn.engine.quarantine.QuarantinedRecord;
import io.firn.engine.quarantine.Selection;
import io.firn.workbench.AsOf;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of a real database are altered while their changes flow, and the lake still holds what PostgreSQL holds. */
class AlteredTableTest {
    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private FirnConfig config;

    @BeforeAll
    static void startServer(@TempDir Path data) {
        server = new TestServer(data.resolve("data"), "logical");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private void configure(String rename) throws IOException {
        PostgresSettings settings = server.settings("public.item");
        Path file = Files.writeString(
                folder.resolve("firn.yaml"), """
                lake:
                  catalog: { type: jdbc, uri: "jdbc:sqlite:./catalog.db", warehouse: "./warehouse" }
                  namespace: t
                source:
                  type: postgres
                  topic-prefix: %s
                  postgres: { url: "%s", user: postgres, password: none }
                tables:
                  item: { source: public.item, key: [id], rename: { %s } }
                  other: { source: public.other, key: [id] }
                snapshots: { zone: UTC, close: marker }
                workbench: { memory: 256MB, threads: 1 }
                """.formatted(settings.topicPrefix(), server.url(), rename));
        config = ConfigLoader.load(file, Map.of());
    }

    private IngestSetup setup(Lake lake, DuckDatabase duck, PostgresSource source, CachedFiles files) {
        return new IngestSetup(
                config,
                lake,
                duck,
                source,
                AlteredTableTest::declaration,
                name -> new MemoryKeyStore(),
                files,
                Clock.systemUTC(),
                IngestListener.NONE);
    }

    private static Optional<SourceTable> declaration(String table) {
        try (Connection connection = server.connect()) {
            return PostgresSchemas.read(connection, table);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Catches up, lets the database be altered, and catches up again, all with one writer. */
    private List<String> ingest(String... alterations) {
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                CachedFiles files = new CachedFiles(config.workbench());
                PostgresSource source = new PostgresSource(PostgresSettings.of(config));
                Ingest ingest = new Ingest(setup(lake, duck, source, files))) {
            ingest.runUntilCaughtUp();
            server.run(alterations);
            ingest.runUntilCaughtUp();
            return ingest.stopped();
        }
    }

    private void replay() {
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                CachedFiles files = new CachedFiles(config.workbench());
                PostgresSource source = new PostgresSource(PostgresSettings.of(config));
                QuarantineReplay replay = new QuarantineReplay(setup(lake, duck, source, files), "tester")) {
            replay.run(Selection.open(List.of()), entry -> {});
        }
    }

    private List<String> inLake(String table, String... columns) {
        String text = String.join(
                " || '|' || ",
                List.of(columns).stream()
                        .map(column -> "coalesce(%s::VARCHAR, 'NULL')".formatted(Sql.identifier(column)))
                        .toList());
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(duck, config.workbench());
                DuckDBConnection connection = duck.connect();
                TableView view = workbench.view(connection, "t", Scan.of(lake.table(table), new AsOf.Head()));
                Statement statement = connection.createStatement()) {
            return texts(statement, "SELECT %s FROM %s ORDER BY id".formatted(text, Sql.identifier(view.name())));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> inPostgres(String table, String... columns) {
        String text = String.join(
                " || '|' || ",
                List.of(columns).stream()
                        .map(column -> "coalesce(%s::text, 'NULL')".formatted(Sql.identifier(column)))
                        .toList());
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            return texts(statement, "SELECT %s FROM %s ORDER BY id".formatted(text, table));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> texts(Statement statement, String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    private List<String> reasons() {
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(duck, config.workbench())) {
            return new QuarantineView(lake, workbench)
                    .list(Selection.open(List.of())).stream()
                            .map(QuarantinedRecord::reason)
                            .toList();
        }
    }

    private void assertLakeIsPostgres(String... columns) {
        assertThat(inLake("item", columns)).isEqualTo(inPostgres("item", columns));
    }

    @Test
    void theLakeFollowsEveryCompatibleAlterationAndStopsOneTableAtTheOthers() throws IOException {
        server.freshDatabase();
        server.run(
                "DROP TABLE item",
                "CREATE TABLE item (id int PRIMARY KEY, name text NOT NULL, price numeric(10,2), weight real, at timestamp(3))",
                "CREATE TABLE other (id int PRIMARY KEY)",
                "INSERT INTO item VALUES (1, 'one', 1.10, 1.1, '2026-11-20 10:00:00.123'), (2, 'two', 2, 2, NULL)");
        configure("name: title");
        assertThat(ingest(
                        "INSERT INTO item VALUES (3, 'three', 3, 3.5, '2026-11-20 11:00:00.5')",
                        "ALTER TABLE item ADD COLUMN colour varchar(10)",
                        "ALTER TABLE item ADD COLUMN stars int NOT NULL DEFAULT 5",
                        "UPDATE item SET colour = 'red' WHERE id = 1",
                        "ALTER TABLE item ALTER id TYPE bigint, ALTER price TYPE numeric(14,2), ALTER weight TYPE double precision,"
                                + " ALTER at TYPE timestamp(6), ALTER name DROP NOT NULL",
                        "ALTER TABLE item RENAME name TO title",
                        "INSERT INTO item VALUES (5000000000, NULL, 123456789012.34, 0.1, '2026-11-20 12:00:00.123456', 'blue', 1)",
                        "UPDATE item SET title = 'deux', weight = 2.2 WHERE id = 2"))
                .isEmpty();
        assertThat(reasons()).isEmpty();
        assertLakeIsPostgres("id", "title", "price", "weight", "at", "colour", "stars");

        assertThat(ingest(
                        "ALTER TABLE item DROP COLUMN colour",
                        "UPDATE item SET title = 'trois' WHERE id = 3",
                        "DELETE FROM item WHERE id = 1"))
                .isEmpty();
        assertLakeIsPostgres("id", "title", "price", "weight", "at", "stars");
        assertThat(inLake("item", "id", "colour")).containsExactly("2|NULL", "3|NULL", "5000000000|blue");

        assertThat(ingest(
                        "ALTER TABLE item ALTER price TYPE text",
                        "UPDATE item SET price = 'cheap' WHERE id = 2",
                        "INSERT INTO other VALUES (7)"))
                .singleElement()
                .asString()
                .contains("column price is text in the source and decimal(14, 2) in the lake");
        assertThat(inLake("other", "id")).containsExactly("7");
        configure("name: title, price: price_before");
        replay();
        assertThat(ingest("UPDATE item SET title = title")).isEmpty();
        assertLakeIsPostgres("id", "title", "weight", "at", "stars", "price");
    }
}
