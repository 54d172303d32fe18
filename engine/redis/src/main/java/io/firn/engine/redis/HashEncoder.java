package io.firn.engine.redis;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes of a hash's {@linkplain PackedRow packed} values what the several ways to write it take. */
final class HashEncoder {
    private static final byte[] NO_NULL = {};
    private static final int LENGTH_OCTETS = 4;

    private final byte[] versionField;
    private final List<byte[]> fields;
    private final RespBuffer scratch = new RespBuffer(1 << 10);
    private final RespBuffer removals = new RespBuffer(1 << 8);
    private final HashDump dump = new HashDump();
    private final boolean canDump;

    /** @param fields in the order of the values */
    HashEncoder(byte[] versionField, List<String> fields) {
        this.versionField = versionField;
        this.fields = fields.stream().map(RedisSession::bytes).toList();
        this.canDump = HashDump.canHave(this.fields);
    }

    /** Returns the names of the fields. */
    List<byte[]> fields() {
        return fields;
    }

    /**
     * Adds which values are null, and all values as one argument that a script takes apart: four bytes of length, the
     * least first, and the value.
     *
     * @return the number of arguments
     */
    int addTogether(byte[] packed, RespBuffer arguments) {
        PackedRow values = new PackedRow(packed);
        byte[] nulls = NO_NULL;
        scratch.clear();
        for (int field = 0; field < fields.size(); field++) {
            int length = values.advance();
            if (length == PackedRow.NULL) {
                nulls = mark(nulls, field);
                length = 0;
            }
            scratch.littleEndian(length, LENGTH_OCTETS).raw(values.bytes(), values.start(), length);
        }
        arguments.bulk(nulls).bulk(scratch);
        return 2;
    }

    private byte[] mark(byte[] nulls, int field) {
        byte[] marked = nulls;
        if (marked.length == 0) {
            marked = new byte[fields.size()];
            Arrays.fill(marked, (byte) '+');
        }
        marked[field] = '-';
        return marked;
    }

    /**
     * Adds a number of arguments and these, field and value in turn, and then a number of fields without a value and
     * these.
     *
     * @return the number of arguments
     */
    int addOneByOne(byte[] packed, RespBuffer arguments) {
        scratch.clear();
        int present = addPairs(packed, scratch);
        arguments.bulk(2L * present).raw(scratch).bulk(fields.size() - present).raw(removals);
        return 2 + present + fields.size();
    }

    /** Adds field and value in turn, without those that are null; returns how many have a value. */
    int addPairs(byte[] packed, RespBuffer arguments) {
        PackedRow values = new PackedRow(packed);
        removals.clear();
        int present = 0;
        for (byte[] field : fields) {
            int length = values.advance();
            if (length == PackedRow.NULL) {
                removals.bulk(field);
            } else {
                arguments.bulk(field).bulk(values.bytes(), values.start(), length);
                present++;
            }
        }
        return present;
    }

    /** Returns the whole hash as RESTORE takes it, valid until the next; null when it is none of the small ones. */
    @Nullable
    RespBuffer dump(byte[] version, byte[] packed) {
        if (!canDump) {
            return null;
        }
        PackedRow values = new PackedRow(packed);
        dump.clear();
        add(versionField);
        add(version);
        for (byte[] field : fields) {
            int length = values.advance();
            if (length > HashDump.MAX_BYTES) {
                return null;
            }
            if (length != PackedRow.NULL) {
                add(field);
                dump.add(values.bytes(), values.start(), length);
            }
        }
        return dump.dump();
    }

    private void add(byte[] text) {
        dump.add(text, 0, text.length);
    }
}
