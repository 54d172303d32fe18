package io.firn.engine.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.firn.catalog.SourcePosition;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresSourceTest {
    private static TestServer server;

    private final List<PostgresSource> opened = new ArrayList<>();

    @BeforeAll
    static void startServer(@TempDir Path folder) {
        server = new TestServer(folder.resolve("data"), "logical");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeDatabase() {
        server.freshDatabase();
    }

    @AfterEach
    void closeSources() {
        opened.forEach(PostgresSource::close);
    }

    private PostgresSource open(PostgresSettings settings) {
        PostgresSource source = new PostgresSource(settings);
        opened.add(source);
        return source;
    }

    private PostgresSource open() {
        return open(server.settings("public.item"));
    }

    private static String confirmed() {
        return server.text("SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE database = current_database()");
    }

    private static String lsn(SourcePosition position) {
        return PostgresPosition.text(PostgresPosition.of(position).lsn());
    }

    private static List<String> inserts(long first, long last) {
        return LongStream.rangeClosed(first, last).mapToObj(id -> "c " + id).toList();
    }

    @Test
    void theFirstReadingOfTheTablesIsOneTransaction() {
        server.run(
                "CREATE TABLE stock (id bigint PRIMARY KEY)",
                "INSERT INTO item VALUES (1, 'one'), (2, 'two')",
                "INSERT INTO stock VALUES (1)");
        Reading reading =
                new Reading(open(server.settings("public.item", "public.stock")), SourcePosition.EMPTY).untilNow();
        assertThat(reading.changes()).containsExactlyInAnyOrder("r 1", "r 2", "r 1");
        JsonNode end = reading.ends().get(0);
        assertThat(end.path("event_count").asLong()).isEqualTo(3);
        assertThat(end.path("data_collections").toString())
                .contains("{\"data_collection\":\"public.item\",\"event_count\":2}");
        assertThat(reading.records.subList(0, 3))
                .extracting(record -> Reading.json(record)
                        .path("transaction")
                        .path("total_order")
                        .asLong())
                .containsExactly(1L, 2L, 3L);
        assertThat(reading.records.subList(0, 3))
                .extracting(record -> Reading.json(record)
                                .path("source")
                                .path("txId")
                                .asText() + ":"
                        + Reading.json(record).path("source").path("lsn").asText())
                .containsOnly(end.path("id").asText());
    }

    @Test
    void emptyTablesAreReadToo() {
        Reading reading = new Reading(open(), SourcePosition.EMPTY).untilNow();
        assertThat(reading.changes()).isEmpty();
        assertThat(PostgresPosition.of(reading.position()).hasSnapshot()).isTrue();
    }

    @Test
    void aSnapshotOverWhatTheLakeHoldsBeginsWithTruncates() {
        server.run("INSERT INTO item VALUES (5, 'five')");
        PostgresSource source = open();
        SourcePosition upTo =
                new Reading(source, SourcePosition.EMPTY).untilNow().position();
        SourcePosition over = source.startingOver(SourcePosition.EMPTY, upTo).orElseThrow();
        assertThat(source.startingOver(upTo, upTo)).isEmpty();
        Reading again = new Reading(source, over).untilNow();
        assertThat(again.changes()).containsExactly("t", "r 5");
        assertThat(again.records.get(0).offset())
                .isEqualTo(PostgresPosition.of(upTo).next());
        assertThat(again.ends().get(0).path("data_collections").toString())
                .isEqualTo("[{\"data_collection\":\"public.item\",\"event_count\":2}]");
    }

    /**
     * PostgreSQL makes a slot in two steps and waits in each for the transactions that are open. One that begins to
     * write during the second step is in the stream and not in the snapshot.
     */
    @Test
    void aTransactionThatWroteBeforeTheSnapshotAndCommittedAfterItIsKnownToComeAfter() throws SQLException {
        try (OpenInsert first = new OpenInsert(1);
                OpenInsert second = new OpenInsert(2);
                OpenInsert third = new OpenInsert(3)) {
            first.write();
            Reading reading = new Reading(open(), SourcePosition.EMPTY);
            first.awaitWaiting();
            second.write();
            first.commit();
            second.awaitWaiting();
            third.write();
            second.commit();
            await().until(() -> !confirmed().isEmpty());
            third.commit();
            reading.untilNow();
            assertThat(reading.changes()).containsExactly("r 1", "r 2", "c 3");
            String snapshot = reading.ends().get(0).path("id").asText().split(":", -1)[1];
            JsonNode source = Reading.json(reading.records.stream()
                            .filter(record ->
                                    Reading.json(record).path("op").asText().equals("c"))
                            .findFirst()
                            .orElseThrow())
                    .path("source");
            assertThat(source.path("lsn").asLong()).isLessThan(Long.parseLong(snapshot));
            assertThat(source.path("sequence").asText())
                    .isEqualTo("[\"%s\",\"%d\"]"
                            .formatted(snapshot, source.path("lsn").asLong()));
        }
    }

    /** A session with a row that is not committed. */
    private static final class OpenInsert implements AutoCloseable {
        private final long id;
        private final Connection connection = server.connect();
        private final Statement statement = connection.createStatement();

        OpenInsert(long id) throws SQLException {
            this.id = id;
            connection.setAutoCommit(false);
        }

        void write() throws SQLException {
            statement.execute("INSERT INTO item VALUES (%d, 'x')".formatted(id));
        }

        void awaitWaiting() {
            await().until(() -> server.text(
                            "SELECT count(*) FROM pg_locks w JOIN pg_locks h USING (transactionid) JOIN pg_stat_activity a ON a.pid = h.pid"
                                    + " WHERE NOT w.granted AND h.granted AND a.query = 'INSERT INTO item VALUES (%d, ''x'')'"
                                            .formatted(id))
                    .equals("1"));
        }

        void commit() throws SQLException {
            connection.commit();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    @Test
    void theSlotMovesWithWhatWasAcknowledgedAndNoFurther() {
        PostgresSource source = open();
        Reading reading = new Reading(source, SourcePosition.EMPTY).untilNow();
        String created = confirmed();
        server.run("INSERT INTO item VALUES (1, 'one')");
        SourcePosition first = reading.untilNow().position();
        server.run("INSERT INTO item VALUES (2, 'two')");
        SourcePosition second = reading.untilNow().position();
        assertThat(confirmed()).isEqualTo(created);

        source.acknowledge(second, Receipts.upTo(first));
        await().untilAsserted(() -> assertThat(confirmed()).isEqualTo(lsn(first)));
        source.close();
        assertThat(confirmed()).isEqualTo(lsn(first));
    }

    @Test
    void anIdleTablesSlotMovesWithTheTrafficInOthers() {
        server.run("CREATE TABLE elsewhere (id bigint)");
        PostgresSource source = open();
        Reading reading = new Reading(source, SourcePosition.EMPTY).untilNow();
        server.run("INSERT INTO elsewhere VALUES (1)");
        SourcePosition idle = reading.untilNow().position();
        source.acknowledge(idle, Receipts.upTo(idle));
        await().untilAsserted(() -> assertThat(confirmed()).isEqualTo(lsn(idle)));
    }

    @Test
    void whatIsAcknowledgedLastIsConfirmedWhenTheSourceCloses() {
        PostgresSource source = open();
        Reading reading = new Reading(source, SourcePosition.EMPTY).untilNow();
        server.run("INSERT INTO item VALUES (1, 'one')");
        SourcePosition last = reading.untilNow().position();
        source.acknowledge(last, Receipts.upTo(last));
        source.close();
        assertThat(confirmed()).isEqualTo(lsn(last));
    }

    @Test
    void aLostConnectionIsMadeAgainAndNothingIsLostOrDoubled() throws SQLException {
        Reading reading = new Reading(open(), SourcePosition.EMPTY).untilNow();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            for (int round = 0; round < 4; round++) {
                connection.setAutoCommit(false);
                statement.execute("INSERT INTO item SELECT i, repeat('x', 50) FROM generate_series(%d, %d) i"
                        .formatted(round * 3000 + 1, round * 3000 + 3000));
                connection.commit();
                int seen = reading.records.size();
                await().until(() -> reading.poll().records.size() > seen);
                statement.execute(
                        "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE database = current_database() AND active");
                connection.commit();
            }
        }
        reading.untilNow();
        assertThat(reading.changes()).isEqualTo(inserts(1, 12_000));
        assertThat(reading.records)
                .extracting(record -> record.offset())
                .isEqualTo(LongStream.range(0, reading.records.size()).boxed().toList());
    }

    @Test
    void aConnectionThatIsLostInAQuietHourIsMadeAgain() {
        Reading reading = new Reading(open(), SourcePosition.EMPTY).untilNow();
        String reader = "SELECT active_pid FROM pg_replication_slots WHERE database = current_database() AND active";
        await().until(() -> !server.text(reader).isEmpty());
        String first = server.text(reader);
        server.run("SELECT pg_terminate_backend(%s)".formatted(first));
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        !server.text(reader).isEmpty() && !server.text(reader).equals(first));
        server.run("INSERT INTO item VALUES (1, 'one')");
        assertThat(reading.untilNow().changes()).containsExactly("c 1");
    }

    @Test
    void readingStopsWhileNobodyPolls() {
        PostgresSource source = open(server.settings("public.item").withQueue(100, 1 << 30));
        Reading reading = new Reading(source, SourcePosition.EMPTY).untilNow();
        server.run("INSERT INTO item SELECT i, 'x' FROM generate_series(1, 20000) i");
        await().until(() -> source.waiting() == 100);
        await().during(Duration.ofMillis(500)).until(() -> source.waiting() == 100);
        assertThat(reading.untilNow().changes()).isEqualTo(inserts(1, 20_000));
    }

    @Test
    void largeRecordsFillTheQueueByTheirSize() {
        PostgresSource source = open(server.settings("public.item").withQueue(10_000, 1 << 20));
        Reading reading = new Reading(source, SourcePosition.EMPTY).untilNow();
        server.run("INSERT INTO item SELECT i, repeat('x', 300000) FROM generate_series(1, 40) i");
        await().until(() -> source.waiting() == 5);
        await().during(Duration.ofMillis(500)).until(() -> source.waiting() == 5);
        assertThat(reading.untilNow().changes()).isEqualTo(inserts(1, 40));
    }
}
