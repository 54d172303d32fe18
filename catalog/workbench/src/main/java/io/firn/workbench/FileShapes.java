package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Whether the columns of a table's files can be found without looking into each file, and where they are otherwise. */
final class FileShapes {
    private FileShapes() {}

    /**
     * Whether each nested field has always been there under its name, and no other has had it, and every file carries
     * field ids. DuckDB cannot take a field out of a struct that does not have it in the file. Top-level columns may
     * have been renamed at will.
     */
    static boolean foundByTopLevelId(Table table, Schema schema) {
        if (table.properties().containsKey(TableProperties.DEFAULT_NAME_MAPPING) || hasNestedDefaults(schema)) {
            return false;
        }
        Map<Integer, Type> types = new HashMap<>();
        TypeUtil.indexById(schema.asStruct()).forEach((id, field) -> types.put(id, field.type()));
        return table.schemas().values().stream()
                .flatMap(old -> TypeUtil.indexById(old.asStruct()).values().stream())
                .allMatch(old -> sameNames(old.type(), types.get(old.fieldId())));
    }

    private static boolean sameNames(Type old, @Nullable Type now) {
        if (now == null || !old.isStructType() || !now.isStructType()) {
            return true;
        }
        Types.StructType current = now.asStructType();
        Types.StructType before = old.asStructType();
        return before.fields().stream().allMatch(field -> sameName(field, current))
                && current.fields().stream().allMatch(field -> before.field(field.fieldId()) != null);
    }

    private static boolean sameName(NestedField old, Types.StructType current) {
        NestedField sameId = current.field(old.fieldId());
        return sameId == null
                ? current.field(old.name()) == null
                : sameId.name().equals(old.name());
    }

    private static boolean hasNestedDefaults(Schema schema) {
        return schema.columns().stream()
                .filter(column -> column.type().isNestedType())
                .flatMap(column -> TypeUtil.indexById(Types.StructType.of(column)).values().stream())
                .anyMatch(field -> field.initialDefaultLiteral() != null);
    }

    /** Returns the columns of a local file, with ids by the table's name mapping where the file has none. */
    static Schema physical(Table table, Path file) {
        try {
            MessageType type = LocalParquet.footer(file).getFileMetaData().getSchema();
            String mapping = table.properties().get(TableProperties.DEFAULT_NAME_MAPPING);
            if (mapping != null && !ParquetSchemaUtil.hasIds(type)) {
                type = ParquetSchemaUtil.applyNameMapping(type, NameMappingParser.fromJson(mapping));
            }
            return ParquetSchemaUtil.convertAndPrune(type);
        } catch (IOException e) {
            throw new FirnException(
                    ErrorCode.STORAGE_FAILED, "the data file %s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }
}
