package io.firn.engine.debezium;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of PostgreSQL's {@code pgoutput}, as far as keys of changed rows need it. One instance reads one
 * answer of the server, for relations are described anew in each.
 *
 * @see <a href="https://www.postgresql.org/docs/14/protocol-logicalrep-message-formats.html">the formats of version
 *     1</a>
 */
final class PgOutput {
    /** Seconds from the Unix epoch to PostgreSQL's, the year 2000. */
    private static final long EPOCH_MICROS = 946_684_800L * 1_000_000;

    private final Map<String, List<String>> keys;
    private final Events events;
    private final Map<Integer, Relation> relations = new HashMap<>();

    /** @param keys by table ({@code public.product}) the columns whose texts are wanted */
    PgOutput(Map<String, List<String>> keys, Events events) {
        this.keys = keys;
        this.events = events;
    }

    /** Is told what the messages say. */
    interface Events {
        void changed(String table, List<String> key);

        void truncated(String table);

        /** @param end the place after the commit record */
        void committed(long end, long micros);
    }

    private record Relation(String table, int[] keyColumns) {}

    void message(byte[] message) {
        ByteBuffer data = ByteBuffer.wrap(message);
        switch (data.get()) {
            case 'R' -> relation(data);
            case 'I', 'U', 'D' -> change(data);
            case 'T' -> truncate(data);
            case 'C' -> commit(data);
            default -> {}
        }
    }

    private void relation(ByteBuffer data) {
        int id = data.getInt();
        String table = text(data) + "." + text(data);
        data.get();
        List<String> names = new ArrayList<>();
        int count = data.getShort();
        for (int i = 0; i < count; i++) {
            data.get();
            names.add(text(data));
            data.getInt();
            data.getInt();
        }
        int[] key = keys.getOrDefault(table, List.of()).stream()
                .mapToInt(names::indexOf)
                .toArray();
        relations.put(id, new Relation(table, key));
    }

    private static String text(ByteBuffer data) {
        int start = data.position();
        int end = start;
        while (data.get(end) != 0) {
            end++;
        }
        data.position(end + 1);
        return new String(data.array(), start, end - start, StandardCharsets.UTF_8);
    }

    /** An update that changes its key has both, the old one first. */
    private void change(ByteBuffer data) {
        Relation relation = relations.get(data.getInt());
        if (relation == null || relation.keyColumns().length == 0) {
            return;
        }
        @Nullable String[] before = null;
        while (data.hasRemaining()) {
            data.get();
            @Nullable String[] values = tuple(data, before);
            List<String> key = new ArrayList<>();
            for (int column : relation.keyColumns()) {
                String value = column < 0 ? null : values[column];
                if (value == null) {
                    throw new IllegalStateException(relation.table() + " has a change without its key");
                }
                key.add(value);
            }
            events.changed(relation.table(), key);
            before = values;
        }
    }

    /** @param before where a large value that was not changed is taken from */
    private static @Nullable String[] tuple(ByteBuffer data, @Nullable String @Nullable [] before) {
        @Nullable String[] values = new String[data.getShort()];
        for (int i = 0; i < values.length; i++) {
            byte kind = data.get();
            if (kind == 't') {
                byte[] text = new byte[data.getInt()];
                data.get(text);
                values[i] = new String(text, StandardCharsets.UTF_8);
            } else if (kind == 'u' && before != null) {
                values[i] = before[i];
            }
        }
        return values;
    }

    private void truncate(ByteBuffer data) {
        int count = data.getInt();
        data.get();
        for (int i = 0; i < count; i++) {
            Relation relation = relations.get(data.getInt());
            if (relation != null) {
                events.truncated(relation.table());
            }
        }
    }

    private void commit(ByteBuffer data) {
        data.get();
        data.getLong();
        long end = data.getLong();
        events.committed(end, EPOCH_MICROS + data.getLong());
    }
}
