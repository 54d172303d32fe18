package io.firn.bench.ingest;

/** Whether each message carries the schema of its payload, as Kafka Connect's {@code schemas.enable} decides. */
public enum Schemas {
    ABSENT {
        @Override
        Frame frame(String schema) {
            return new Frame(new byte[0], new byte[0]);
        }
    },
    EMBEDDED {
        @Override
        Frame frame(String schema) {
            return new Frame(Bytes.utf8("{\"schema\":" + schema + ",\"payload\":"), Bytes.utf8("}"));
        }
    };

    abstract Frame frame(String schema);

    /** What stands before and after a payload. */
    static final class Frame {
        final byte[] before;
        final byte[] after;

        private Frame(byte[] before, byte[] after) {
            this.before = before;
            this.after = after;
        }
    }
}
