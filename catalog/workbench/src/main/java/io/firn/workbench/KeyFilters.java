package io.firn.workbench;

import io.firn.catalog.TableDefinition;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Bloom filters for a file whose row groups are copied, made from its values: whoever looks for one value skips the row
 * groups that do not have it. (Parquet's specification, "Split block Bloom filters".)
 */
final class KeyFilters implements Closeable {
    private final ParquetFileReader reader;
    private final MessageType filtered;

    private KeyFilters(ParquetFileReader reader, MessageType filtered) {
        this.reader = reader;
        this.filtered = filtered;
    }

    /**
     * Returns the ids of the columns that get filters: those for which the table's properties ask, and the key, unless
     * files are in its order and their bounds say as much. One row group in a hundred is read in vain, as with filters
     * that Iceberg writes itself.
     */
    static Set<Integer> columns(Table table) {
        Set<Integer> key = inOrderOfTheKey(table) ? Set.of() : table.schema().identifierFieldIds();
        Set<Integer> columns = new HashSet<>();
        for (NestedField column : table.schema().columns()) {
            String asked =
                    table.properties().get(TableProperties.PARQUET_BLOOM_FILTER_COLUMN_ENABLED_PREFIX + column.name());
            if (asked == null ? key.contains(column.fieldId()) : Boolean.parseBoolean(asked)) {
                columns.add(column.fieldId());
            }
        }
        return columns;
    }

    private static boolean inOrderOfTheKey(Table table) {
        SortOrder order = table.sortOrder();
        return !table.properties().containsKey(TableDefinition.CLUSTER_BY)
                && order.isSorted()
                && order.fields().get(0).transform().isIdentity()
                && table.schema()
                        .identifierFieldIds()
                        .contains(order.fields().get(0).sourceId());
    }

    /** Opens a file of which every row group is taken in turn. */
    static KeyFilters open(Path file, ParquetMetadata footer, Set<Integer> fieldIds) throws IOException {
        ParquetFileReader reader = new LocalParquet(file).open(footer);
        MessageType schema = footer.getFileMetaData().getSchema();
        List<Type> columns = schema.getFields().stream()
                .filter(column -> column.isPrimitive() && column.getId() != null)
                .filter(column -> fieldIds.contains(column.getId().intValue()))
                .filter(column -> column.asPrimitiveType().getPrimitiveTypeName() != PrimitiveTypeName.BOOLEAN)
                .toList();
        MessageType filtered = new MessageType(schema.getName(), columns);
        if (!columns.isEmpty()) {
            reader.setRequestedSchema(filtered);
        }
        return new KeyFilters(reader, filtered);
    }

    /** Returns the filters of the next row group. */
    Map<ColumnPath, BloomFilter> next() throws IOException {
        Map<ColumnPath, BloomFilter> filters = new HashMap<>();
        if (filtered.getFieldCount() > 0) {
            PageReadStore pages = reader.readNextRowGroup();
            ColumnReadStoreImpl columns = new ColumnReadStoreImpl(
                    pages,
                    new LineageColumns.Ignored(),
                    filtered,
                    reader.getFileMetaData().getCreatedBy());
            for (ColumnDescriptor column : filtered.getColumns()) {
                filters.put(
                        ColumnPath.get(column.getPath()),
                        filter(columns.getColumnReader(column), column, pages.getRowCount()));
            }
        }
        return filters;
    }

    private static BloomFilter filter(ColumnReader values, ColumnDescriptor column, long rows) {
        int bits = BlockSplitBloomFilter.optimalNumOfBits(
                Math.max(1, rows), TableProperties.PARQUET_BLOOM_FILTER_COLUMN_FPP_DEFAULT);
        BloomFilter filter =
                new BlockSplitBloomFilter(bits / Byte.SIZE, TableProperties.PARQUET_BLOOM_FILTER_MAX_BYTES_DEFAULT);
        for (long i = 0; i < rows; i++) {
            if (values.getCurrentDefinitionLevel() == column.getMaxDefinitionLevel()) {
                filter.insertHash(hash(filter, values, column));
            }
            values.consume();
        }
        return filter;
    }

    private static long hash(BloomFilter filter, ColumnReader values, ColumnDescriptor column) {
        return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case INT32 -> filter.hash(values.getInteger());
            case INT64 -> filter.hash(values.getLong());
            case FLOAT -> filter.hash(values.getFloat());
            case DOUBLE -> filter.hash(values.getDouble());
            default -> filter.hash(values.getBinary());
        };
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
