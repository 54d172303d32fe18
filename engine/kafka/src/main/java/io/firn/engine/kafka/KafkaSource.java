package io.firn.engine.kafka;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.SourcePosition;
import io.firn.engine.source.ChangeSource;
import io.firn.engine.source.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads Debezium's topics from the offsets that the lake holds. Offsets committed to Kafka are only for those who watch
 * the lag: they are never read back.
 *
 * <p>Topics that do not exist yet are looked for again while polling, and then read from their beginning.
 */
public final class KafkaSource implements ChangeSource {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaSource.class);
    private static final Duration METADATA_TIMEOUT = Duration.ofSeconds(15);
    private static final long DISCOVERY_NANOS = Duration.ofSeconds(2).toNanos();

    private final Consumer<byte[], byte[]> consumer;
    private final KafkaSettings settings;
    private final Map<TopicPartition, Long> start = new HashMap<>();
    private SourcePosition startPosition = SourcePosition.EMPTY;
    private long discoveredAt;

    /** @throws FirnException when the settings are not Kafka's */
    public KafkaSource(KafkaSettings settings) {
        this.settings = settings;
        try {
            this.consumer = new KafkaConsumer<>(settings.consumerProperties());
        } catch (KafkaException e) {
            throw new FirnException(
                    ErrorCode.SOURCE_MISCONFIGURED,
                    "source.kafka or source.bootstrap-servers %s is not usable: %s"
                            .formatted(settings.bootstrapServers(), rootMessage(e)),
                    e);
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    @Override
    public void start(SourcePosition position) {
        startPosition = position;
        start.clear();
        consumer.assign(Set.of());
        discover();
        if (consumer.assignment().isEmpty()) {
            LOG.info("none of the topics exists yet: {}", settings.topics());
        }
    }

    /** Assigns the partitions that are there and not assigned yet. */
    private void discover() {
        Map<String, List<PartitionInfo>> present = reachable(() -> consumer.listTopics(METADATA_TIMEOUT));
        Set<TopicPartition> assignment = new HashSet<>(consumer.assignment());
        List<TopicPartition> fresh = new ArrayList<>();
        for (String topic : settings.topics()) {
            for (PartitionInfo partition : present.getOrDefault(topic, List.of())) {
                TopicPartition found = new TopicPartition(topic, partition.partition());
                if (assignment.add(found)) {
                    fresh.add(found);
                }
            }
        }
        discoveredAt = System.nanoTime();
        if (fresh.isEmpty()) {
            return;
        }
        consumer.assign(assignment);
        Map<TopicPartition, Long> beginnings = reachable(() -> consumer.beginningOffsets(fresh, METADATA_TIMEOUT));
        for (TopicPartition partition : fresh) {
            long offset = offset(partition, beginnings.getOrDefault(partition, 0L));
            start.put(partition, offset);
            consumer.seek(partition, offset);
        }
    }

    private long offset(TopicPartition partition, long beginning) {
        String token = startPosition.tokens().get(token(partition));
        if (token == null) {
            return beginning;
        }
        long wanted = Long.parseLong(token);
        if (wanted < beginning) {
            throw lost(partition, wanted, beginning);
        }
        return wanted;
    }

    private static FirnException lost(TopicPartition partition, long wanted, long beginning) {
        return new FirnException(
                ErrorCode.SOURCE_UNAVAILABLE,
                "%s has lost the records from offset %d to %d before they were read; raise its retention and take a new snapshot of the table"
                        .formatted(partition, wanted, beginning - 1));
    }

    private <T> T reachable(Supplier<T> request) {
        try {
            return request.get();
        } catch (InterruptException e) {
            throw new FirnException(ErrorCode.INTERRUPTED, "interrupted while reading Kafka", e);
        } catch (KafkaException e) {
            throw new FirnException(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "source.bootstrap-servers %s cannot be reached: %s"
                            .formatted(settings.bootstrapServers(), rootMessage(e)),
                    e);
        }
    }

    @Override
    public List<SourceRecord> poll(Duration timeout) {
        if (System.nanoTime() - discoveredAt > DISCOVERY_NANOS && isIncomplete()) {
            discover();
        }
        if (consumer.assignment().isEmpty()) {
            pause(timeout);
            return List.of();
        }
        try {
            List<SourceRecord> records = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
                records.add(new SourceRecord(
                        record.topic(), record.partition(), record.offset(), record.key(), record.value()));
            }
            return records;
        } catch (OffsetOutOfRangeException e) {
            Map.Entry<TopicPartition, Long> first =
                    e.offsetOutOfRangePartitions().entrySet().iterator().next();
            long beginning = consumer.beginningOffsets(List.of(first.getKey())).getOrDefault(first.getKey(), 0L);
            throw lost(first.getKey(), first.getValue(), beginning);
        } catch (InterruptException e) {
            throw new FirnException(ErrorCode.INTERRUPTED, "interrupted while reading Kafka", e);
        } catch (KafkaException e) {
            throw new FirnException(ErrorCode.SOURCE_UNAVAILABLE, "Kafka could not be read: " + rootMessage(e), e);
        }
    }

    private boolean isIncomplete() {
        long assigned = consumer.assignment().stream()
                .map(TopicPartition::topic)
                .distinct()
                .count();
        return assigned < settings.topics().size();
    }

    private static void pause(Duration timeout) {
        try {
            Thread.sleep(timeout.toMillis());
        } catch (InterruptedException e) {
            throw FirnException.interrupted("waiting for topics", e);
        }
    }

    @Override
    public SourcePosition positionAt(Map<Partition, Long> next) {
        Map<String, String> tokens = new TreeMap<>();
        next.forEach((partition, offset) -> tokens.put(partition.token(), Long.toString(offset)));
        return new SourcePosition(tokens);
    }

    private static String token(TopicPartition partition) {
        return new Partition(partition.topic(), partition.partition()).token();
    }

    @Override
    public boolean isCovered(SourceRecord record, SourcePosition position) {
        String token = position.tokens().get(new Partition(record.topic(), record.partition()).token());
        return token != null && record.offset() < Long.parseLong(token);
    }

    @Override
    public void acknowledge(SourcePosition position, List<CommitReceipt> receipts) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            String token = position.tokens().get(token(partition));
            if (token != null) {
                offsets.put(partition, new OffsetAndMetadata(Long.parseLong(token)));
            }
        }
        consumer.commitAsync(offsets, (committed, failure) -> {
            if (failure != null) {
                LOG.debug("offsets were not published to Kafka", failure);
            }
        });
    }

    @Override
    public SourcePosition present() {
        discover();
        Map<String, String> tokens = new TreeMap<>();
        reachable(() -> consumer.endOffsets(consumer.assignment(), METADATA_TIMEOUT))
                .forEach((partition, end) -> tokens.put(token(partition), Long.toString(end)));
        return new SourcePosition(tokens);
    }

    @Override
    public boolean hasReached(SourcePosition position, SourcePosition goal) {
        for (Map.Entry<String, String> wanted : goal.tokens().entrySet()) {
            if (reached(position, wanted.getKey()) < Long.parseLong(wanted.getValue())) {
                return false;
            }
        }
        return true;
    }

    private long reached(SourcePosition position, String token) {
        String own = position.tokens().get(token);
        if (own != null) {
            return Long.parseLong(own);
        }
        return start.entrySet().stream()
                .filter(entry -> token(entry.getKey()).equals(token))
                .mapToLong(Map.Entry::getValue)
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
