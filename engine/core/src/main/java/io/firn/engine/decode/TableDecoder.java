package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import io.firn.catalog.SourceTable.Identity;
import io.firn.engine.source.RowSchema;
import io.firn.engine.source.SourceRecord;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one table's records, in whichever way each is written. All rows have the same slots: those of the lake's
 * columns.
 */
public final class TableDecoder {
    private final RecordFormat format;
    private final SourceEncoding encoding;
    private final Identity identity;
    private List<String> key;
    private final Map<String, String> renames;
    private final RowSchemas schemas;
    private final Map<@Nullable RowSchema, EnvelopeDecoder> decoders = new HashMap<>();
    private Schema lake;
    private TableCodec codec;
    private EnvelopeDecoder decoder;
    private @Nullable RowSchema rows;

    /** Is told when records begin to write their rows in another way. */
    public interface RowSchemas {
        /**
         * Makes the lake's table hold such rows, and gives the decoder its columns if they changed.
         *
         * @throws UndecodableException when it cannot
         */
        void changed(RowSchema rows) throws UndecodableException;

        /**
         * Says whether a column that a record does not have is one that the source has dropped. Asked seldom.
         *
         * @param column one that is not null in rows that are older than it
         * @return false for a column that was dropped
         */
        boolean has(String column);

        /** @return how rows are written whose records say so; the same object for the same */
        default RowSchema described(RowSchema rows) {
            return rows;
        }
    }

    /**
     * @param key the lake's names of the columns that identify a row
     * @param renames what columns are called now, by what they were called before
     */
    public TableDecoder(
            RecordFormat format,
            SourceEncoding encoding,
            Identity identity,
            Schema lake,
            List<String> key,
            Map<String, String> renames,
            RowSchemas schemas) {
        this.format = format;
        this.encoding = encoding;
        this.identity = identity;
        this.key = List.copyOf(key);
        this.renames = Map.copyOf(renames);
        this.schemas = schemas;
        this.lake = lake;
        this.codec = codec(null);
        this.decoder = new EnvelopeDecoder(codec, identity);
        decoders.put(null, decoder);
    }

    private TableCodec codec(@Nullable RowSchema written) {
        return new TableCodec(lake, key, encoding, written, names(), schemas::has);
    }

    /** @return what the records call the columns */
    public ColumnNames names() {
        return new ColumnNames(lake.columns().stream().map(NestedField::name).toList(), renames);
    }

    /** @return whether the records of late do not say how they write their rows */
    public boolean readsUndescribedRows() {
        return rows == null;
    }

    /**
     * Takes over new columns of the lake's table.
     *
     * @param newKey the names of the columns that identify a row
     */
    public void use(Schema newLake, List<String> newKey) {
        lake = newLake;
        key = List.copyOf(newKey);
        decoders.clear();
        codec = codec(null);
        decoder = decoderOf(rows);
    }

    /** @return the columns and how they are appended, whatever the records look like */
    public TableCodec codec() {
        return codec;
    }

    /** @return how the records are encoded */
    public RecordFormat format() {
        return format;
    }

    /**
     * @return the change, valid until the next call
     * @throws UndecodableException when it is not a change of this table, with the reason
     */
    public ChangeRow decode(SourceRecord record) throws UndecodableException {
        byte[] value = Objects.requireNonNull(record.value(), "value");
        try (JsonParser json = format.open(value)) {
            RowSchema said = record.rows() == null ? format.rows() : record.rows();
            RowSchema written = said == null ? null : schemas.described(said);
            if (written != rows) {
                adopt(written);
            }
            return decoder.decode(json);
        } catch (IOException e) {
            throw EnvelopeDecoder.unreadable(e, format.name());
        }
    }

    private void adopt(@Nullable RowSchema written) throws UndecodableException {
        if (written != null && !decoders.containsKey(written)) {
            schemas.changed(written);
        }
        decoder = decoderOf(written);
        rows = written;
    }

    private EnvelopeDecoder decoderOf(@Nullable RowSchema written) {
        return decoders.computeIfAbsent(written, schema -> new EnvelopeDecoder(codec(schema), identity));
    }
}
