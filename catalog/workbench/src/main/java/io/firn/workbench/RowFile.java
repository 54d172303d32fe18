package io.firn.workbench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.iceberg.Files;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.parquet.InternalWriter;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.parquet.Parquet;

/** Writes local Parquet files with Iceberg's own writer, as the table's properties ask for. */
final class RowFile {
    /** Files are cut between row groups, so these decide how near the target a file comes. */
    private static final int ROW_GROUPS_PER_FILE = 10;

    private static final long LEAST_ROW_GROUP_BYTES = 1 << 14;

    private final Schema schema;
    private final Map<String, String> properties;

    /** @param schema the table's columns, and those of row lineage where it has it */
    RowFile(Table table, Schema schema, FileSettings settings) {
        this.schema = schema;
        this.properties = properties(table, settings);
    }

    /** Bloom filters are made when files are cut. */
    private static Map<String, String> properties(Table table, FileSettings settings) {
        Map<String, String> properties = new HashMap<>(table.properties());
        properties.keySet().removeIf(key -> key.startsWith(TableProperties.PARQUET_BLOOM_FILTER_COLUMN_ENABLED_PREFIX));
        properties.put(TableProperties.PARQUET_COMPRESSION, settings.codec());
        if (settings.codec().equals("zstd")) {
            properties.put(TableProperties.PARQUET_COMPRESSION_LEVEL, Integer.toString(settings.level()));
        }
        long rowGroup = Math.max(LEAST_ROW_GROUP_BYTES, settings.targetBytes() / ROW_GROUPS_PER_FILE);
        properties.put(
                TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
                Long.toString(Math.min(rowGroup, TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES_DEFAULT)));
        return properties;
    }

    /**
     * Writes the next rows as one file.
     *
     * @param belongs says of which of the rows that follow each other the last one is
     * @return how many there are
     */
    long write(Path file, SortedRows rows, Predicate<StructLike> belongs) throws IOException, SQLException {
        long count = 0;
        try (FileAppender<StructLike> out = Parquet.write(Files.localOutput(file.toFile()))
                .schema(schema)
                .setAll(properties)
                .createWriterFunc((columns, type) -> InternalWriter.createWriter(columns, type))
                .build()) {
            for (StructLike row = rows.row(); row != null && belongs.test(row); row = rows.row()) {
                out.add(row);
                count++;
                rows.advance();
            }
        }
        return count;
    }
}
