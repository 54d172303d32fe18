package io.firn.e2e.seed;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server, and on it a database of its own for each test, with a lake that nothing has been loaded into. */
abstract class FreshDatabase {
    static final long ITEMS = 3000;

    @TempDir
    static Path serverFolder;

    static BusyDatabase server;

    private static int databases;

    @TempDir
    Path folder;

    BusyDatabase database;
    SmallLake lake;
    String prefix;

    @BeforeAll
    static void startServer() throws SQLException {
        server = BusyDatabase.start(serverFolder, 1);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void freshDatabase() throws SQLException, IOException {
        prefix = "test" + ++databases;
        database = server.another(prefix, ITEMS);
        lake = SmallLake.inProcess(folder, database.url(), prefix, "postgres", "none");
    }

    @AfterEach
    void dropSlots() throws SQLException {
        server.text("SELECT count(pg_drop_replication_slot(slot_name)) FROM pg_replication_slots");
    }
}
