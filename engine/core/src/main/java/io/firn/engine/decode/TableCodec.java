package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.firn.engine.source.RowSchema;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

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
    private final Set<Integer> neverAbsent = new HashSet<>();
    private final int[] neverNull;
    private final Earlier earlier;
    /** Whether it matters that a column is not in a record. */
    private final boolean tellsAbsence;

    /** @param key the columns that identify a row */
    public TableCodec(Schema schema, List<String> key, SourceEncoding encoding) {
        this(
                schema,
                key,
                encoding,
                null,
                new ColumnNames(schema.columns().stream().map(NestedField::name).toList(), Map.of()),
                column -> true);
    }

    /**
     * @param key the columns that identify a row
     * @param rows how the records write the columns; null where only the configuration tells
     * @param names what the records call the columns
     * @param exists whether the source still has a column
     */
    TableCodec(
            Schema schema,
            List<String> key,
            SourceEncoding encoding,
            @Nullable RowSchema rows,
            ColumnNames names,
            Predicate<String> exists) {
        columns = schema.columns();
        codecs = new ColumnCodec[columns.size()];
        this.names = new String[columns.size()];
        Map<String, RowSchema.Field> written = new HashMap<>();
        if (rows != null) {
            rows.fields().forEach(field -> written.putIfAbsent(names.column(field.name()), field));
        }
        List<Integer> nullIsLoss = new ArrayList<>();
        for (int i = 0; i < codecs.length; i++) {
            NestedField column = columns.get(i);
            ColumnType type = ColumnType.of(column.doc() == null ? "" : column.doc());
            RowSchema.Field field = written.get(column.name());
            Wire wire = field == null ? Wire.of(type, encoding) : Wire.of(field, type, encoding);
            codecs[i] = ColumnCodecs.of(column.type(), type, wire, encoding.unavailable());
            this.names[i] = column.name().intern();
            slots.put(column.name(), i);
            if (type.isUnknownToDebezium()) {
                neverAbsent.add(i);
            }
            if (type.isArray() && type.isBits()) {
                nullIsLoss.add(i);
            }
        }
        names.all().forEach((name, column) -> slots.putIfAbsent(name, slots.get(column)));
        this.key = key.stream().mapToInt(slots::get).toArray();
        this.earlier = new Earlier(columns, exists);
        this.tellsAbsence = !neverAbsent.isEmpty() || !earlier.isEmpty();
        this.neverNull = nullIsLoss.stream().mapToInt(slot -> slot).toArray();
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
        int seen = 0;
        for (int slot = nextSlot(json, 0); slot >= 0; slot = nextSlot(json, expected)) {
            seen++;
            expected = slot + 1;
            if (json.nextToken() != JsonToken.VALUE_NULL) {
                readColumn(json, row, slot);
            } else if (tellsAbsence) {
                row.seeNull(slot);
            }
        }
        if (tellsAbsence && seen < codecs.length) {
            requireUnknownTypes(row);
            earlier.fill(row);
        }
        return true;
    }

    /** @return the slot of the next field, which is most often the expected one; -1 at the end of the object */
    private int nextSlot(JsonParser json, int expected) throws IOException, UndecodableException {
        if (json.nextToken() != JsonToken.FIELD_NAME) {
            return -1;
        }
        String name = json.currentName();
        return expected < names.length && names[expected].equals(name) ? expected : slot(name);
    }

    /** A column that is not there was dropped, unless its type is one that connectors leave out. */
    private void requireUnknownTypes(Slots row) throws UndecodableException {
        for (int slot : neverAbsent) {
            if (!row.isSeen(slot)) {
                throw new UndecodableException(
                        "column %s of type %s is not in the record: include.unknown.datatypes must be true, and arrays of such types cannot be read at all"
                                .formatted(names[slot], columns.get(slot).doc()));
            }
        }
    }

    /** Some values come as null because the connector cannot read them. */
    void requireReadable(Slots row) throws UndecodableException {
        for (int slot : neverNull) {
            if (row.isNull(slot)) {
                throw new UndecodableException(
                        "column " + names[slot] + ": an array of bits always comes as null and cannot be read");
            }
        }
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
