package io.firn.engine.redis;

import io.firn.catalog.ChangeLogColumns;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.workbench.Sql;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What a table's rows look like in Redis: the key and the fields, and the DuckDB expressions that make them.
 *
 * <p>An expression {@linkplain PackedRow packs} a whole row into one text, for taking each value over from DuckDB by
 * itself costs more than all the rest.
 */
final class RowShape {
    /** The field that holds a row's {@link Version}. */
    static final String VERSION_FIELD = "_v";

    private final KeyTemplate key;
    private final Schema schema;
    private final List<NestedField> columns;

    private RowShape(KeyTemplate key, Schema schema, List<NestedField> columns) {
        this.key = key;
        this.schema = schema;
        this.columns = columns;
    }

    /**
     * Finds out what a table's rows are made of.
     *
     * @param schema of the current table or of its change log
     * @throws FirnException when a column has a name that Redis needs
     */
    static RowShape of(KeyTemplate key, Schema schema, String table) {
        List<NestedField> columns = schema.columns().stream()
                .filter(column -> !ChangeLogColumns.ALL.contains(column.name()))
                .toList();
        if (columns.stream().anyMatch(column -> column.name().equals(VERSION_FIELD))) {
            throw new FirnException(
                    ErrorCode.SCHEMA_INCOMPATIBLE,
                    "table %s has a column %s, which is the name of the version of a row in Redis"
                            .formatted(table, VERSION_FIELD));
        }
        return new RowShape(key, schema, columns);
    }

    /** Returns the names of the fields, in the order in which a row is packed. */
    List<String> fields() {
        return columns.stream().map(NestedField::name).toList();
    }

    /** Returns an expression over the table: the row's key and fields, packed. */
    String packed(Generation generation) {
        return Stream.concat(
                        Stream.of(key(generation)),
                        columns.stream().map(column -> FieldText.of(column.type(), Sql.identifier(column.name()))))
                .map(RowShape::packedValue)
                .collect(Collectors.joining(" || "));
    }

    private static String packedValue(String text) {
        return "coalesce(CAST(strlen(%s) AS VARCHAR) || ':' || %s, '-')".formatted(text, text);
    }

    /** Returns an expression over the table: the row's key; null for a change that is of no row, such as a truncate. */
    String key(Generation generation) {
        StringBuilder text = new StringBuilder("(");
        List<KeyTemplate.Part> parts = key.parts();
        for (int i = 0; i < parts.size(); i++) {
            KeyTemplate.Part part = parts.get(i);
            text.append(i == 0 ? "" : " || ").append(Sql.literal(part.before()));
            if (KeyTemplate.GENERATION.equals(part.column())) {
                text.append(" || ").append(Sql.literal(generation.text()));
            } else if (part.column() != null) {
                text.append(" || ").append(keyValue(part.column(), parts.get(i + 1)));
            }
        }
        return text.append(")").toString();
    }

    /** A text before another column must not contain what separates the two, or two rows could have the same key. */
    private String keyValue(String column, KeyTemplate.Part next) {
        NestedField field = Objects.requireNonNull(schema.findField(column), column);
        String text = FieldText.of(field.type(), keySource(column));
        if (next.column() == null || field.type().typeId() != TypeID.STRING) {
            return text;
        }
        String separator = next.before().substring(0, 1);
        return "replace(replace(%s, '%%', '%%25'), %s, %s)"
                .formatted(text, Sql.literal(separator), Sql.literal("%%%02X".formatted((int) separator.charAt(0))));
    }

    /** A deleted row's key may stand only in the row before the change. */
    private String keySource(String column) {
        NestedField before = schema.findField(ChangeLogColumns.BEFORE);
        String own = Sql.identifier(column);
        return before == null
                ? own
                : "coalesce(%s, struct_extract(%s, %s))"
                        .formatted(own, Sql.identifier(ChangeLogColumns.BEFORE), Sql.literal(column));
    }
}
