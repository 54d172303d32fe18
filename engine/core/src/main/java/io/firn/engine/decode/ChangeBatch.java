package io.firn.engine.decode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkWriter;

/**
 * Changes of one table by column, on their way into DuckDB: all columns before the change, all columns after it, then
 * what the change is, in the order of {@code BufferColumns}. DuckDB takes them some two thousand at a time, several
 * times as fast as value by value. Most values before a change are those after it: they are handed over once.
 */
public final class ChangeBatch {
    private static final int FIRST_ROWS = 64;
    /** How many columns have a bit in {@link #sources}; its sign is for the whole row before the change. */
    private static final int MAX_SHARED = Long.SIZE - 1;

    private static final long NOTHING_BEFORE = Long.MIN_VALUE;

    private final TableCodec codec;
    private final int width;
    private final List<BatchColumn> columns;
    /** Where the values before each change are: bit by bit, those that are the ones after it. */
    private final BatchColumn sources;

    private int room;
    private int rows;
    private long bytes;

    private ChangeBatch(TableCodec codec, int width, List<BatchColumn> columns) {
        this.codec = codec;
        this.width = width;
        this.columns = List.copyOf(columns);
        this.sources = columns.get(columns.size() - 1);
    }

    /** @return an empty batch; nothing when the table has a column of a type that cannot be handed over this way */
    public static Optional<ChangeBatch> of(TableCodec codec) {
        List<NestedField> fields = codec.columns();
        List<BatchColumn> columns = new ArrayList<>();
        for (int i = 0; i < 2 * fields.size(); i++) {
            BatchColumn column = BatchColumn.of(fields.get(i % fields.size()).type());
            if (column == null) {
                return Optional.empty();
            }
            columns.add(column);
        }
        for (Meta meta : Meta.values()) {
            columns.add(BatchColumn.of(meta.kind));
        }
        columns.add(BatchColumn.of(BatchColumn.Kind.LONG));
        return Optional.of(new ChangeBatch(codec, fields.size(), columns));
    }

    /** What the change is; the names are those of {@code BufferColumns}. */
    private enum Meta {
        OP(0, BatchColumn.Kind.INTEGER, "chr(%s)"),
        LSN(1, BatchColumn.Kind.LONG, "%s"),
        TX(2, BatchColumn.Kind.LONG, "%s"),
        ORD(3, BatchColumn.Kind.LONG, "%s"),
        TS(4, BatchColumn.Kind.LONG, "make_timestamptz(%s)"),
        HAS_BEFORE(5, BatchColumn.Kind.BOOLEAN, "%s"),
        UNAVAILABLE(6, BatchColumn.Kind.TEXT, "from_json(%s, '[\"VARCHAR\"]')"),
        PART(7, BatchColumn.Kind.INTEGER, "%s"),
        OFF(8, BatchColumn.Kind.LONG, "%s");

        final int place;
        final BatchColumn.Kind kind;
        final String conversion;

        Meta(int place, BatchColumn.Kind kind, String conversion) {
            this.place = place;
            this.kind = kind;
            this.conversion = conversion;
        }
    }

    /** Adds a change. */
    public void add(ChangeRow change, int partition, long offset) {
        if (rows == room) {
            room = Math.max(FIRST_ROWS, room * 2);
            columns.forEach(column -> column.reserve(room));
        }
        for (int i = 0; i < width; i++) {
            bytes += columns.get(width + i).put(rows, change.after, i);
        }
        sources.put(rows, before(change));
        meta(Meta.OP).put(rows, change.operation());
        meta(Meta.LSN).put(rows, change.lsn());
        putPositive(meta(Meta.TX), change.transaction());
        putPositive(meta(Meta.ORD), change.transactionOrder());
        meta(Meta.TS).put(rows, change.sourceMicros());
        meta(Meta.HAS_BEFORE).put(rows, change.hasBefore() ? 1 : 0);
        putUnavailable(change);
        meta(Meta.PART).put(rows, partition);
        meta(Meta.OFF).put(rows, offset);
        bytes += Meta.values().length * (long) Long.BYTES;
        rows++;
    }

    /** @return what goes into {@link #sources} */
    private long before(ChangeRow change) {
        boolean nothing = change.before.isAllNull();
        long same = 0;
        for (int i = 0; i < width; i++) {
            boolean isSame = !nothing && i < MAX_SHARED && change.before.holdsTheSame(change.after, i);
            same |= isSame ? 1L << i : 0;
            if (isSame || nothing && i < MAX_SHARED) {
                columns.get(i).skip(rows);
            } else {
                bytes += columns.get(i).put(rows, change.before, i);
            }
        }
        return nothing ? NOTHING_BEFORE : same;
    }

    private BatchColumn meta(Meta meta) {
        return columns.get(2 * width + meta.place);
    }

    private void putPositive(BatchColumn column, long value) {
        if (value < 0) {
            column.putNull(rows);
        } else {
            column.put(rows, value);
        }
    }

    private void putUnavailable(ChangeRow change) {
        if (change.after().unavailable() == 0) {
            meta(Meta.UNAVAILABLE).putNull(rows);
        } else {
            String names = JsonNames.array(codec.unavailable(change));
            meta(Meta.UNAVAILABLE).put(rows, names.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** @return how many changes it holds */
    public int rows() {
        return rows;
    }

    /** @return roughly the memory they take */
    public long bytes() {
        return bytes;
    }

    /** Lets go of the changes; keeps the room for others. */
    public void clear() {
        rows = 0;
        bytes = 0;
        columns.forEach(BatchColumn::clear);
    }

    /** Lets go of the changes and of the room. */
    public void free() {
        clear();
        room = 0;
        columns.forEach(column -> column.reserve(0));
    }

    /** @return for each column {@code c0, c1, …} the type in which {@link #write} writes it */
    public List<DuckDBColumnType> types() {
        return columns.stream().map(column -> column.kind.type).toList();
    }

    /** @return what to select from columns {@code c0, c1, …} to have the values in their own types */
    public String select() {
        List<String> expressions = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            expressions.add(before(i));
        }
        for (int i = width; i < 2 * width; i++) {
            expressions.add(columns.get(i).expression("c" + i));
        }
        for (Meta meta : Meta.values()) {
            expressions.add(meta.conversion.formatted("c" + (2 * width + meta.place)));
        }
        return String.join(", ", expressions);
    }

    private String before(int column) {
        String own = columns.get(column).expression("c" + column);
        if (column >= MAX_SHARED) {
            return own;
        }
        String after = columns.get(width + column).expression("c" + (width + column));
        return "CASE WHEN (c%1$d & %2$d) <> 0 THEN %3$s WHEN c%1$d >= 0 THEN %4$s END"
                .formatted(columns.size() - 1, 1L << column, after, own);
    }

    /**
     * Writes changes into a chunk.
     *
     * @param from the number of the first one, from 0
     * @return how many fit; 0 when there are none left
     */
    public int write(DuckDBDataChunkWriter out, int from) {
        int count = (int) Math.min(out.capacity(), rows - (long) from);
        for (int i = 0; i < columns.size() && count > 0; i++) {
            columns.get(i).write(out.vector(i), from, count);
        }
        return Math.max(count, 0);
    }
}
