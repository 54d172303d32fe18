package io.firn.bench.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What no writer of JSON from Kafka can be faster than: reads the workload and runs Jackson over every event, and
 * throws it away. Says how fast the machine is now. Arguments: the folder of topics and the number of events, as
 * {@code IngestBench} was given them.
 */
public final class PollBench {
    private static final JsonFactory JSON = new JsonFactory();

    private PollBench() {}

    /** See the class. */
    public static void main(String[] args) throws IOException {
        int events = Integer.parseInt(args[1]);
        int snapshot = Math.min(events / 3, 1_000_000);
        Map<String, Object> settings = Map.of("max.poll.records", 20_000, "max.partition.fetch.bytes", 4 << 20);
        try (BrokerProcess broker =
                        BrokerProcess.with(new Shape(42, snapshot, events - snapshot, 0.99), Path.of(args[0]));
                KafkaConsumer<byte[], byte[]> consumer = consumer(broker.address(), settings)) {
            OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long before = process.getProcessCpuTime();
            long tokens = read(consumer, events);
            double seconds = (process.getProcessCpuTime() - before) / 1e9;
            System.out.println(String.format(
                    Locale.ROOT,
                    "{\"bench\":\"poll\",\"events\":%d,\"tokens\":%d,\"cpuSeconds\":%.1f,\"eventsPerCpuSecond\":%.0f}",
                    events,
                    tokens,
                    seconds,
                    events / seconds));
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String address, Map<String, Object> settings) {
        Map<String, Object> all = new java.util.HashMap<>(settings);
        all.put("bootstrap.servers", address);
        all.put("auto.offset.reset", "earliest");
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        String topic = Messages.defaults().changeTopic();
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    private static long read(KafkaConsumer<byte[], byte[]> consumer, int events) throws IOException {
        long tokens = 0;
        int seen = 0;
        while (seen < events) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                if (record.value() != null) {
                    tokens += tokens(record.value());
                    seen++;
                }
            }
        }
        return tokens;
    }

    private static long tokens(byte[] value) throws IOException {
        long tokens = 0;
        try (JsonParser json = JSON.createParser(value)) {
            while (json.nextToken() != null) {
                tokens++;
            }
        }
        return tokens;
    }
}
