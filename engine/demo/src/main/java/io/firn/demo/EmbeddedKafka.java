package io.firn.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * A Kafka broker with its own controller, inside this JVM, on the loopback interface. Topics and their records survive
 * in the log directory and are served again by the next broker started on it.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private final KafkaRaftServer server;
    private final Thread hook;
    private final String bootstrapServers;

    private EmbeddedKafka(KafkaRaftServer server, String bootstrapServers) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
        this.hook = new Thread(server::shutdown, "kafka-end");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts on any free port. */
    public static EmbeddedKafka start(Path logDirectory) {
        return start(logDirectory, FreePort.next());
    }

    public static EmbeddedKafka start(Path logDirectory, int port) {
        Path directory = logDirectory.toAbsolutePath();
        Properties settings = settings(directory, port, FreePort.next());
        try {
            format(directory, settings);
        } catch (IOException e) {
            throw new UncheckedIOException("Kafka cannot use " + directory, e);
        }
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(settings), Time.SYSTEM);
        server.startup();
        return new EmbeddedKafka(server, "127.0.0.1:" + port);
    }

    private static Properties settings(Path directory, int port, int controllerPort) {
        Properties settings = new Properties();
        settings.putAll(Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort),
                Map.entry("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("inter.broker.listener.name", "PLAINTEXT"),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controllerPort),
                Map.entry("log.dirs", directory.toString()),
                // How long a broker that was killed keeps its successor waiting.
                Map.entry("broker.session.timeout.ms", "5000"),
                Map.entry("broker.heartbeat.interval.ms", "500"),
                Map.entry("num.partitions", "1"),
                Map.entry("offsets.topic.num.partitions", "1"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("transaction.state.log.num.partitions", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("auto.create.topics.enable", "true"),
                Map.entry("log.retention.ms", "-1")));
        return settings;
    }

    private static void format(Path directory, Properties settings) throws IOException {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        Files.createDirectories(directory);
        Path file = directory.resolveSibling(directory.getFileName() + ".properties");
        try (var writer = Files.newBufferedWriter(file)) {
            settings.store(writer, "The settings with which " + directory.getFileName() + " was formatted");
        }
        var said = new ByteArrayOutputStream();
        String cluster = Uuid.randomUuid().toString();
        int code = StorageTool.execute(
                new String[] {"format", "-t", cluster, "-c", file.toString()},
                new PrintStream(said, true, StandardCharsets.UTF_8));
        if (code != 0) {
            throw new IOException(said.toString(StandardCharsets.UTF_8).trim());
        }
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Creates a topic; one that exists already is left as it is. */
    public void createTopic(String name, int partitions) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            Topics.create(admin, name, partitions);
        }
    }

    /** Stops the broker; the log directory stays. */
    @Override
    public void close() {
        ShutdownHooks.remove(hook);
        server.shutdown();
        server.awaitShutdown();
    }
}
