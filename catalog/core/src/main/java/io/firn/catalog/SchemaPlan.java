package io.firn.catalog;

import io.firn.catalog.SchemaChange.Add;
import io.firn.catalog.SchemaChange.Relax;
import io.firn.catalog.SchemaChange.Rename;
import io.firn.catalog.SchemaChange.Retype;
import io.firn.catalog.SchemaChange.Widen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * What a table needs so that it can hold its source's rows. Columns that the source has no more stay, as null; their
 * order is the lake's own.
 *
 * @param changes in the order in which they are to be made
 * @param conflicts what cannot be made, each with what to do about it; with one of them nothing is changed
 */
public record SchemaPlan(List<SchemaChange> changes, List<String> conflicts) {
    /** Iceberg's format from which on a column can be something else than null in older rows. */
    private static final int DEFAULTS_SINCE = 3;

    private static final int MAX_DIGITS = 38;

    public SchemaPlan {
        changes = List.copyOf(changes);
        conflicts = List.copyOf(conflicts);
    }

    /**
     * Compares.
     *
     * @param table its name in the configuration
     * @param present the current table's schema
     * @param renames what columns are called now, by what they were called before
     */
    public static SchemaPlan of(
            String table, Schema present, int formatVersion, List<SourceColumn> source, Map<String, String> renames) {
        return new Planner(table, present, formatVersion, renames).plan(source);
    }

    /** @return whether the table is as it has to be */
    public boolean isEmpty() {
        return changes.isEmpty() && conflicts.isEmpty();
    }

    private static final class Planner {
        private final String table;
        private final int formatVersion;
        private final Map<String, String> renames;
        private final Map<String, NestedField> columns = new HashMap<>();
        private final Schema present;
        private final List<SchemaChange> changes = new ArrayList<>();
        private final List<String> conflicts = new ArrayList<>();

        Planner(String table, Schema present, int formatVersion, Map<String, String> renames) {
            this.table = table;
            this.formatVersion = formatVersion;
            this.renames = renames;
            this.present = present;
            present.columns().forEach(column -> columns.put(column.name(), column));
        }

        SchemaPlan plan(List<SourceColumn> source) {
            source.forEach(this::column);
            return new SchemaPlan(changes, conflicts);
        }

        private void column(SourceColumn wanted) {
            String old = nameBefore(wanted.name());
            if (!columns.containsKey(wanted.name()) && old != null) {
                rename(old, wanted.name());
            }
            NestedField column = columns.get(wanted.name());
            if (column == null) {
                add(wanted);
            } else {
                same(column, wanted);
            }
        }

        private @Nullable String nameBefore(String name) {
            return renames.entrySet().stream()
                    .filter(rename -> rename.getValue().equals(name) && columns.containsKey(rename.getKey()))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(null);
        }

        private void rename(String from, String to) {
            changes.add(new Rename(from, to));
            NestedField column = columns.remove(from);
            if (column != null) {
                columns.put(to, column);
            }
        }

        private void same(NestedField column, SourceColumn wanted) {
            Type type = PostgresTypes.icebergType(wanted.type(), new AtomicInteger()::incrementAndGet);
            // a float among the keys is told apart by its text, which widening would change
            boolean isKey = present.identifierFieldIds().contains(column.fieldId());
            if (column.isRequired() && !isKey && !wanted.required()) {
                changes.add(new Relax(wanted.name()));
            }
            if (!holds(column.type(), type)) {
                Type.PrimitiveType wider = wider(column.type(), type);
                if (wider == null || isKey && column.type().typeId() == Type.TypeID.FLOAT) {
                    incompatible(column, wanted);
                    return;
                }
                changes.add(new Widen(wanted.name(), wider));
            }
            if (!wanted.type().equals(column.doc())) {
                changes.add(new Retype(wanted.name(), wanted.type()));
            }
        }

        /** @return what holds the values of both; null when Iceberg cannot widen the lake's type to it */
        private static Type.@Nullable PrimitiveType wider(Type lake, Type source) {
            if (lake instanceof Types.DecimalType old && source instanceof Types.DecimalType now) {
                int digits = now.precision() - now.scale() + old.scale();
                return now.scale() <= old.scale() && digits <= MAX_DIGITS
                        ? Types.DecimalType.of(digits, old.scale())
                        : null;
            }
            return source.isPrimitiveType() && TypeUtil.isPromotionAllowed(lake, source.asPrimitiveType())
                    ? source.asPrimitiveType()
                    : null;
        }

        private void incompatible(NestedField column, SourceColumn wanted) {
            String to = renames.get(wanted.name());
            if (to != null && !columns.containsKey(to)) {
                rename(wanted.name(), to);
                add(wanted);
                return;
            }
            conflicts.add(
                    "column %1$s is %2$s in the source and %3$s in the lake, which Iceberg cannot make of it; name what the old column shall be called in tables.%4$s.rename, as in { %1$s: %1$s_before }, start again and run firn quarantine replay %4$s"
                            .formatted(wanted.name(), wanted.type(), column.type(), table));
        }

        private void add(SourceColumn wanted) {
            Type type = PostgresTypes.icebergType(wanted.type(), new AtomicInteger()::incrementAndGet);
            Literal<?> earlier = null;
            if (wanted.earlier() != null) {
                earlier = formatVersion >= DEFAULTS_SINCE ? EarlierValues.literal(type, wanted.earlier()) : null;
                if (earlier == null) {
                    conflicts.add(
                            "column %s was added with the default %s, which its table's format %d cannot give to older rows; load table %s anew"
                                    .formatted(wanted.name(), wanted.earlier(), formatVersion, table));
                    return;
                }
            }
            changes.add(new Add(wanted.name(), type, wanted.type(), earlier));
            columns.put(wanted.name(), NestedField.optional(-1, wanted.name(), type, wanted.type()));
        }

        /** @return whether every value of the source's type is one of the lake's */
        private static boolean holds(Type lake, Type source) {
            if (lake.typeId() != source.typeId()) {
                return lake.typeId() == Type.TypeID.LONG && source.typeId() == Type.TypeID.INTEGER
                        || lake.typeId() == Type.TypeID.DOUBLE && source.typeId() == Type.TypeID.FLOAT;
            }
            return switch (lake.typeId()) {
                case DECIMAL -> holds((Types.DecimalType) lake, (Types.DecimalType) source);
                case LIST ->
                    holds(lake.asListType().elementType(), source.asListType().elementType());
                case TIMESTAMP -> lake.equals(source);
                default -> true;
            };
        }

        private static boolean holds(Types.DecimalType lake, Types.DecimalType source) {
            return source.scale() <= lake.scale()
                    && source.precision() - source.scale() <= lake.precision() - lake.scale();
        }
    }
}
