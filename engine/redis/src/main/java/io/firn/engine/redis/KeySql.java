package io.firn.engine.redis;

import io.firn.catalog.ChangeLogColumns;
import io.firn.workbench.Sql;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;

/** Makes DuckDB expressions of Redis keys. */
final class KeySql {
    private final Schema schema;
    private final boolean mayBeOfBefore;

    private KeySql(Schema schema, boolean mayBeOfBefore) {
        this.schema = schema;
        this.mayBeOfBefore = mayBeOfBefore;
    }

    /**
     * Makes expressions of rows' keys.
     *
     * @param schema of the current table or of its change log
     */
    static KeySql ofRows(Schema schema) {
        return new KeySql(schema, schema.findField(ChangeLogColumns.BEFORE) != null);
    }

    /** Makes expressions of keys that say what a row is after a change: a null must not be what it was before. */
    static KeySql ofValues(Schema schema) {
        return new KeySql(schema, false);
    }

    /** Returns an expression of the key; null where a column is null, as in a change that is of no row. */
    String of(KeyTemplate template, Generation generation) {
        return of(template, generation, column -> column);
    }

    /** @param columns says which column of this table stands for one of the template */
    String of(KeyTemplate template, Generation generation, UnaryOperator<String> columns) {
        StringBuilder text = new StringBuilder("(");
        List<KeyTemplate.Part> parts = template.parts();
        for (int i = 0; i < parts.size(); i++) {
            KeyTemplate.Part part = parts.get(i);
            text.append(i == 0 ? "" : " || ").append(Sql.literal(part.before()));
            if (KeyTemplate.GENERATION.equals(part.column())) {
                text.append(" || ").append(Sql.literal(generation.text()));
            } else if (part.column() != null) {
                text.append(" || ").append(value(columns.apply(part.column()), parts.get(i + 1)));
            }
        }
        return text.append(")").toString();
    }

    /** A text before another column must not contain what separates the two, or two rows could have the same key. */
    private String value(String column, KeyTemplate.Part next) {
        NestedField field = Objects.requireNonNull(schema.findField(column), column);
        String text = FieldText.of(field.type(), source(column));
        if (next.column() == null || field.type().typeId() != TypeID.STRING) {
            return text;
        }
        String separator = next.before().substring(0, 1);
        return "replace(replace(%s, '%%', '%%25'), %s, %s)"
                .formatted(text, Sql.literal(separator), Sql.literal("%%%02X".formatted((int) separator.charAt(0))));
    }

    /** A deleted row's key may stand only in the row before the change. */
    private String source(String column) {
        String own = Sql.identifier(column);
        return !mayBeOfBefore
                ? own
                : "coalesce(%s, struct_extract(%s, %s))"
                        .formatted(own, Sql.identifier(ChangeLogColumns.BEFORE), Sql.literal(column));
    }
}
