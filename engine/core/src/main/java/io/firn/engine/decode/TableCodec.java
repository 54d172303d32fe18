package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBAppender;

/**
 * All columns of one table: JSON object in, DuckDB row out. Built from the lake's schema, whose docs keep the source's
 * types.
 */
public final class TableCodec {
    private final List<NestedField> columns;
    private final ColumnCodec[] codecs;
    private final String[] names;
    private final Map<String, Integer> slots = new HashMap<>();
    private final int[] key;

    /** @param key the columns that identify a row */
    public TableCodec(Schema schema, List<String> key, SourceEncoding encoding) {
        columns = schema.columns();
        codecs = new ColumnCodec[columns.size()];
        names = new String[columns.size()];
        for (int i = 0; i < codecs.length; i++) {
            NestedField column = columns.get(i);
            String sourceType = column.doc() == null ? "" : column.doc();
            codecs[i] = ColumnCodecs.of(column.type(), sourceType, encoding);
            names[i] = column.name();
            slots.put(column.name(), i);
        }
        this.key = key.stream().mapToInt(slots::get).toArray();
    }

    int size() {
        return codecs.length;
    }

    /**
     * Reads the object the parser stands on.
     *
     * @return true, for there was one
     */
    boolean read(JsonParser json, Slots row) throws IOException, UndecodableException {
        int expected = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            int slot = expected < names.length && names[expected].equals(name) ? expected : slot(name);
            expected = slot + 1;
            if (json.nextToken() != JsonToken.VALUE_NULL) {
                readColumn(json, row, slot);
            }
        }
        return true;
    }

    private int slot(String name) throws UndecodableException {
        Integer slot = slots.get(name);
        if (slot == null) {
            throw new UnknownColumnException(name);
        }
        return slot;
    }

    private void readColumn(JsonParser json, Slots row, int slot) throws IOException, UndecodableException {
        try {
            codecs[slot].read(json, row, slot);
        } catch (UndecodableException e) {
            throw new UndecodableException("column " + names[slot] + ": " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new UndecodableException("column " + names[slot] + ": " + json.getText() + " cannot be read");
        }
    }

    /** A value that the update left alone is the one before it, when the source sent that. */
    void fillFromBefore(ChangeRow row) {
        if (row.after.unavailable() == 0 || !row.hasBefore) {
            return;
        }
        for (int slot = 0; slot < codecs.length; slot++) {
            if (row.after.isUnavailable(slot) && !row.before.isUnavailable(slot)) {
                row.after.copy(row.before, slot);
            }
        }
    }

    /**
     * The key is in the row after the change whatever the change was, so that a delete has it where the others have it.
     */
    void keyFromBefore(ChangeRow row) {
        for (int slot : key) {
            row.after.copy(row.before, slot);
        }
    }

    void requireKey(Slots row, String image) throws UndecodableException {
        for (int slot : key) {
            if (row.isNull(slot)) {
                throw new UndecodableException("key column " + names[slot] + " is null in the " + image + " image");
            }
        }
    }

    /** Appends every column of the row before the change, then every column of the row after it. */
    public void append(DuckDBAppender appender, ChangeRow row) throws SQLException {
        append(appender, row.before);
        append(appender, row.after);
    }

    private void append(DuckDBAppender appender, Slots row) throws SQLException {
        for (int slot = 0; slot < codecs.length; slot++) {
            if (row.isNull(slot)) {
                appender.appendNull();
            } else {
                codecs[slot].append(appender, row, slot);
            }
        }
    }

    /** @return the columns in slot order */
    public List<NestedField> columns() {
        return columns;
    }

    /** @return the names of the columns whose value the source left out, in slot order */
    public List<String> unavailable(ChangeRow row) {
        return columns.stream()
                .map(NestedField::name)
                .filter(name -> row.after.isUnavailable(slots.getOrDefault(name, 0)))
                .toList();
    }
}
