package io.firn.engine.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.SourcePosition;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresFailuresTest {
    private static TestServer server;

    @BeforeAll
    static void startServer(@TempDir Path folder) {
        server = new TestServer(folder.resolve("data"), "logical");
        server.run(
                "CREATE ROLE secretive LOGIN REPLICATION PASSWORD 'right'",
                "CREATE ROLE plain LOGIN",
                "CREATE ROLE reader LOGIN REPLICATION");
        server.askForPassword("secretive");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeDatabase() {
        server.freshDatabase();
    }

    private static void assertFails(ErrorCode code, String message, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        FirnException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code))
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    private static void assertStartFails(PostgresSettings settings, ErrorCode code, String message) {
        try (PostgresSource source = new PostgresSource(settings)) {
            assertFails(code, message, () -> source.start(SourcePosition.EMPTY));
        }
    }

    private static void assertReadingFails(PostgresSource source, ErrorCode code, String message) {
        assertFails(
                code,
                message,
                () -> await().atMost(Duration.ofSeconds(30)).until(() -> {
                    source.poll(Duration.ofMillis(50));
                    return false;
                }));
    }

    /** Debezium makes a slot anew that is dropped before it streams. */
    private static void awaitStreaming() {
        await().until(() -> server.text(
                        "SELECT active FROM pg_replication_slots WHERE slot_name = '%s'".formatted(item().slot()))
                .equals("t"));
    }

    private static PostgresSettings item() {
        return server.settings("public.item").withPatience(Duration.ofSeconds(1));
    }

    @Test
    void aWrongPasswordIsSaidToBeOne() {
        assertStartFails(
                server.settingsOf("secretive", "wrong", "public.item"),
                ErrorCode.ACCESS_DENIED,
                "source.postgres: " + server.url()
                        + " refused the login of secretive: FATAL: password authentication failed for user \"secretive\"");
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        PostgresSettings settings = item();
        PostgresSettings nowhere = new PostgresSettings(
                new io.firn.catalog.config.PostgresConfig(
                        "jdbc:postgresql://localhost:1/shop",
                        "postgres",
                        settings.database().password()),
                settings.topicPrefix(),
                settings.tables(),
                1,
                1,
                Duration.ZERO);
        assertStartFails(
                nowhere,
                ErrorCode.SOURCE_UNAVAILABLE,
                "source.postgres: jdbc:postgresql://localhost:1/shop cannot be reached: ");
    }

    @Test
    void aRoleWithoutTheReplicationAttributeIsToldHowToGetIt() {
        assertStartFails(
                server.settingsOf("plain", "", "public.item"),
                ErrorCode.ACCESS_DENIED,
                "source.postgres.user must have the REPLICATION attribute but plain has not; ALTER ROLE plain REPLICATION gives it");
    }

    @Test
    void aTableThatIsMissingIsNamed() {
        assertStartFails(
                server.settings("public.item", "public.itme"),
                ErrorCode.SOURCE_MISCONFIGURED,
                "source.postgres: PostgreSQL has no table public.itme");
    }

    @Test
    void aTableThatTheRoleMayNotReadIsNamed() {
        assertStartFails(
                server.settingsOf("reader", "", "public.item"),
                ErrorCode.ACCESS_DENIED,
                "source.postgres: reader may not read public.item; GRANT SELECT lets it");
    }

    @Test
    void aRoleThatMayNotPublishGetsTheStatementForTheOwnerAndUsesWhatTheOwnerMakes() {
        server.run("GRANT SELECT ON item TO reader");
        PostgresSettings settings = server.settingsOf("reader", "", "public.item");
        assertStartFails(settings, ErrorCode.ACCESS_DENIED, "reader may not publish public.item");
        server.run("CREATE PUBLICATION %s FOR TABLE item".formatted(settings.slot()));
        try (PostgresSource source = new PostgresSource(settings)) {
            Reading reading = new Reading(source, SourcePosition.EMPTY).untilNow();
            server.run("INSERT INTO item VALUES (1, 'one')");
            assertThat(reading.untilNow().changes()).containsExactly("c 1");
        }
    }

    @Test
    void aPublicationThatLeavesOutDeletesIsRefused() {
        server.run("CREATE PUBLICATION %s FOR ALL TABLES WITH (publish = 'insert, update')".formatted(item().slot()));
        assertStartFails(item(), ErrorCode.SOURCE_MISCONFIGURED, "must publish insert, update, delete and truncate");
    }

    @Test
    void aTableThatIsAddedIsAddedToThePublication() {
        try (PostgresSource source = new PostgresSource(item())) {
            new Reading(source, SourcePosition.EMPTY).untilNow();
        }
        server.run("CREATE TABLE more (id bigint PRIMARY KEY)");
        try (PostgresSource source = new PostgresSource(server.settings("public.item", "public.more"))) {
            SourcePosition now = source.present();
            Reading reading = new Reading(source, now);
            server.run("INSERT INTO more VALUES (1)");
            assertThat(reading.untilNow().changes()).containsExactly("c 1");
        }
    }

    @Test
    void aSlotThatAnotherWriterReadsIsInUseFromTheFirstSnapshotOn() {
        server.run("INSERT INTO item SELECT i, 'x' FROM generate_series(1, 2000) i");
        try (PostgresSource source = new PostgresSource(item().withQueue(100, 1 << 20))) {
            source.start(SourcePosition.EMPTY);
            await().until(() -> source.waiting() == 100);
            assertStartFails(
                    item(),
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "source.postgres: replication slot %s is in use by process ".formatted(item().slot()));
            await().until(() -> source.poll(Duration.ofMillis(50)).isEmpty());
            assertStartFails(item(), ErrorCode.SOURCE_UNAVAILABLE, " (firn %s)".formatted(item().topicPrefix()));
        }
    }

    @Test
    void aSlotThatIsGoneMeansThatChangesAreLost() {
        SourcePosition position;
        try (PostgresSource source = new PostgresSource(item())) {
            position = new Reading(source, SourcePosition.EMPTY).untilNow().position();
        }
        server.run("SELECT pg_drop_replication_slot('%s')".formatted(item().slot()));
        try (PostgresSource source = new PostgresSource(item())) {
            assertFails(
                    ErrorCode.SOURCE_MISCONFIGURED,
                    "replication slot %s does not exist any more".formatted(item().slot()),
                    () -> source.start(position));
        }
    }

    @Test
    void aSlotThatWasMadeAnewMeansThatChangesAreLost() {
        SourcePosition position;
        try (PostgresSource source = new PostgresSource(item())) {
            position = new Reading(source, SourcePosition.EMPTY).untilNow().position();
        }
        server.run(
                "SELECT pg_drop_replication_slot('%s')".formatted(item().slot()),
                "INSERT INTO item VALUES (1, 'lost')",
                "SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(item().slot()));
        try (PostgresSource source = new PostgresSource(item())) {
            assertFails(
                    ErrorCode.SOURCE_MISCONFIGURED,
                    "so something else has used it or made it anew, and the lake has read up to",
                    () -> source.start(position));
        }
    }

    @Test
    void aSlotOfAnotherPluginIsLeftAlone() {
        server.run("SELECT pg_create_logical_replication_slot('%s', 'test_decoding')".formatted(item().slot()));
        assertStartFails(item(), ErrorCode.SOURCE_MISCONFIGURED, "must be for this database and the plugin pgoutput");
    }

    @Test
    void aSlotThatIsDroppedWhileItIsReadEndsTheReading() {
        try (PostgresSource source = new PostgresSource(item())) {
            new Reading(source, SourcePosition.EMPTY).untilNow();
            awaitStreaming();
            await().ignoreExceptions().until(this::slotIsDropped);
            assertReadingFails(source, ErrorCode.SOURCE_MISCONFIGURED, "does not exist any more");
        }
    }

    /** Fails while the reader's process has not ended yet, or a new one has come. */
    private boolean slotIsDropped() {
        server.run(
                "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '%s'"
                        .formatted(item().slot()),
                "SELECT pg_drop_replication_slot('%s')".formatted(item().slot()));
        return true;
    }

    @Test
    void aFirstReadingThatIsCutOffStartsAgain() {
        server.run("INSERT INTO item SELECT i, repeat('x', 100) FROM generate_series(1, 2000) i");
        try (PostgresSource source = new PostgresSource(item().withQueue(100, 1 << 20))) {
            source.start(SourcePosition.EMPTY);
            await().until(() -> source.waiting() == 100);
            server.run(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
            assertReadingFails(
                    source, ErrorCode.SOURCE_UNAVAILABLE, "the first reading of the tables has to be started again: ");
            assertThat(new Reading(source, SourcePosition.EMPTY).untilNow().changes())
                    .hasSize(2_000);
        }
    }

    @Test
    void aDatabaseThatStaysAwayEndsTheReadingWhenPatienceDoes(@TempDir Path folder) {
        try (TestServer shortLived = new TestServer(folder.resolve("data"), "logical")) {
            shortLived.freshDatabase();
            try (PostgresSource source =
                    new PostgresSource(shortLived.settings("public.item").withPatience(Duration.ofSeconds(2)))) {
                new Reading(source, SourcePosition.EMPTY).untilNow();
                shortLived.close();
                assertReadingFails(source, ErrorCode.SOURCE_UNAVAILABLE, "cannot be reached: ");
            }
        }
    }

    @Test
    void theServersWalMustBeLogical(@TempDir Path folder) {
        try (TestServer replica = new TestServer(folder.resolve("data"), "replica")) {
            replica.freshDatabase();
            assertStartFails(
                    replica.settings("public.item"),
                    ErrorCode.SOURCE_MISCONFIGURED,
                    "source.postgres: wal_level must be logical but was replica");
        }
    }

    @Test
    void aPrefixMustFitIntoTheNameOfASlot() {
        assertFails(
                ErrorCode.CONFIG_INVALID,
                "source.topic-prefix must have at most 58 characters",
                () -> new PostgresSettings(item().database(), "x".repeat(59), item().tables(), 1, 1, Duration.ZERO));
    }
}
