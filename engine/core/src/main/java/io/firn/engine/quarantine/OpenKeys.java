package io.firn.engine.quarantine;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rows of which a change is in quarantine, by the key that the source sends with a change. What such a row holds is
 * not known, so a change that leaves values out cannot be completed from it.
 */
public final class OpenKeys {
    private record Row(String table, ByteBuffer key) {}

    private final Map<Row, TreeSet<Long>> offsets = new HashMap<>();

    OpenKeys() {}

    void add(String table, byte @Nullable [] key, long offset) {
        if (key != null) {
            offsets.computeIfAbsent(new Row(table, ByteBuffer.wrap(key)), row -> new TreeSet<>())
                    .add(offset);
        }
    }

    void addAll(OpenKeys others) {
        others.offsets.forEach((row, open) ->
                offsets.computeIfAbsent(row, same -> new TreeSet<>()).addAll(open));
    }

    /** Forgets a record that has left the quarantine. */
    public void remove(String table, byte @Nullable [] key, long offset) {
        if (key != null) {
            Row row = new Row(table, ByteBuffer.wrap(key));
            offsets.computeIfPresent(row, (same, open) -> {
                open.remove(offset);
                return open.isEmpty() ? null : open;
            });
        }
    }

    /**
     * Forgets the records of a row that came before this one.
     *
     * @return their offsets; none when this one is in quarantine itself
     */
    List<Long> removeBefore(String table, byte @Nullable [] key, long offset) {
        TreeSet<Long> open = key == null ? null : offsets.get(new Row(table, ByteBuffer.wrap(key)));
        if (open == null || open.contains(offset)) {
            return List.of();
        }
        List<Long> before = List.copyOf(open.headSet(offset));
        before.forEach(each -> remove(table, key, each));
        return before;
    }

    /** Forgets everything of a table. */
    void removeAll(String table) {
        offsets.keySet().removeIf(row -> row.table().equals(table));
    }

    boolean holds(String table, byte @Nullable [] key) {
        return key != null && offsets.containsKey(new Row(table, ByteBuffer.wrap(key)));
    }

    /** @return whether a change of the row that came before this offset is in quarantine */
    public boolean holdsBefore(String table, byte @Nullable [] key, long offset) {
        TreeSet<Long> open = key == null ? null : offsets.get(new Row(table, ByteBuffer.wrap(key)));
        return open != null && open.first() < offset;
    }
}
