package io.firn.bench.ingest;

import io.firn.demo.EmbeddedKafka;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Produces the ingest workload into Kafka and prints, as one line of JSON, what it produced and what must come of it.
 *
 * <p>Options: {@code --bootstrap HOST:PORT} for a running broker whose topics exist, {@code --kafka-dir DIR} for an
 * embedded one, whose topics stay in that folder, or {@code --files DIR} for files of {@code --lines-per-file} (200000)
 * values; {@code --events} (3000000, snapshot included), {@code --snapshot} (1000000), {@code --seed} (42),
 * {@code --skew} (0.99), {@code --prefix} (atlas), {@code --partitions} (4), {@code --compression} (none),
 * {@code --decimals precise|string}, {@code --schemas absent|embedded}.
 */
public final class IngestWorkload {

    private static final List<String> TARGETS = List.of("--bootstrap", "--kafka-dir", "--files");

    private IngestWorkload() {}

    /** See the class for the options. */
    public static void main(String[] args) {
        Map<String, String> options = options(args);
        Shape shape = shape(options);
        Messages messages = messages(options);
        String target = target(options);
        String where = Objects.requireNonNull(options.remove(target));
        int linesPerFile = Integer.parseInt(option(options, "--lines-per-file", "200000"));
        if (!options.isEmpty()) {
            throw new IllegalArgumentException("Does not understand " + options.keySet());
        }
        Produced produced = switch (target) {
            case "--kafka-dir" -> produceEmbedded(Path.of(where), shape, messages);
            case "--files" ->
                produce(new FilesSink(Path.of(where), messages.changeTopic(), linesPerFile), shape, messages);
            default -> produce(where, shape, messages);
        };
        System.out.println(produced.json(shape));
    }

    private static String target(Map<String, String> options) {
        List<String> targets = TARGETS.stream().filter(options::containsKey).toList();
        if (targets.size() != 1) {
            throw new IllegalArgumentException("Needs one of " + TARGETS + " but was given " + targets);
        }
        return targets.get(0);
    }

    private static Produced produceEmbedded(Path folder, Shape shape, Messages messages) {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
            kafka.createTopic(messages.changeTopic(), messages.partitions());
            kafka.createTopic(messages.transactionTopic(), 1);
            return produce(kafka.bootstrapServers(), shape, messages);
        }
    }

    /** Sends everything to topics that exist already, and waits until it has arrived. */
    public static Produced produce(String bootstrapServers, Shape shape, Messages messages) {
        return produce(new KafkaSink(bootstrapServers, messages.compression()), shape, messages);
    }

    private static Produced produce(MessageSink sink, Shape shape, Messages messages) {
        long start = System.nanoTime();
        MessageWriter writer = new MessageWriter(sink, messages, shape.snapshotRows());
        TableState state;
        try (sink) {
            state = Workload.play(shape, writer);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Produced(writer.records(), writer.bytes(), seconds, state);
    }

    /** The state that the table must have in the end, without producing anything. */
    public static TableState expectedState(Shape shape) {
        return Workload.play(shape, Changes.NONE);
    }

    /**
     * What was produced.
     *
     * @param records messages in all topics, with tombstones and transaction messages
     * @param bytes of their keys and values
     * @param seconds it took
     * @param state that the table must have after it
     */
    public record Produced(long records, long bytes, double seconds, TableState state) {

        String json(Shape shape) {
            TableState.Digest digest = state.digest();
            return String.format(
                    Locale.ROOT,
                    """
                    {"bench":"ingest-workload","events":%d,"snapshot":%d,"seed":%d,"skew":%s,"records":%d,"bytes":%d,\
                    "seconds":%.1f,"rows":%d,"lower":%s,"upper":%s}""",
                    shape.events(),
                    shape.snapshotRows(),
                    shape.seed(),
                    shape.skew(),
                    records,
                    bytes,
                    seconds,
                    digest.rows(),
                    digest.lower(),
                    digest.upper());
        }
    }

    private static Map<String, String> options(String... args) {
        if (args.length % 2 != 0) {
            throw new IllegalArgumentException(args[args.length - 1] + " needs a value");
        }
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        return options;
    }

    private static Shape shape(Map<String, String> options) {
        int snapshot = Integer.parseInt(option(options, "--snapshot", "1000000"));
        int events = Integer.parseInt(option(options, "--events", "3000000"));
        return new Shape(
                Long.parseLong(option(options, "--seed", "42")),
                snapshot,
                events - snapshot,
                Double.parseDouble(option(options, "--skew", "0.99")));
    }

    private static Messages messages(Map<String, String> options) {
        Messages defaults = Messages.defaults();
        return new Messages(
                option(options, "--prefix", defaults.prefix()),
                Integer.parseInt(option(options, "--partitions", "" + defaults.partitions())),
                Decimals.valueOf(
                        upper(option(options, "--decimals", defaults.decimals().name()))),
                Schemas.valueOf(
                        upper(option(options, "--schemas", defaults.schemas().name()))),
                option(options, "--compression", defaults.compression()));
    }

    private static String option(Map<String, String> options, String name, String otherwise) {
        return Objects.requireNonNullElse(options.remove(name), otherwise);
    }

    private static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }
}
