package io.firn.demo;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;

/** A process to be killed: it starts the servers in the directory it is given, writes a row, and waits for its end. */
final class KilledHost {
    private KilledHost() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        EmbeddedPostgres postgres = EmbeddedPostgres.start(directory.resolve("postgres"));
        EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        EmbeddedRedis redis = EmbeddedRedis.start();
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE kept AS SELECT 42 AS answer");
        }
        kafka.createTopic("kept", 3);
        System.out.println("ready " + postgres.port() + " " + redis.port());
        Thread.sleep(Long.MAX_VALUE);
    }
}
