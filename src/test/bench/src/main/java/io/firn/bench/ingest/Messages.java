package io.firn.bench.ingest;

/**
 * How the workload looks in Kafka.
 *
 * @param prefix Debezium's {@code topic.prefix}
 * @param partitions of the topic of changes; the topic of transactions has one, as Debezium's has
 * @param compression Kafka's {@code compression.type}
 */
public record Messages(String prefix, int partitions, Decimals decimals, Schemas schemas, String compression) {

    public Messages {
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions must be positive but was " + partitions);
        }
    }

    /** What Debezium and Kafka do unless told otherwise. */
    public static Messages defaults() {
        return new Messages("atlas", 4, Decimals.PRECISE, Schemas.ABSENT, "none");
    }

    public String changeTopic() {
        return prefix + "." + DebeziumJson.TABLE;
    }

    public String transactionTopic() {
        return prefix + ".transaction";
    }
}
