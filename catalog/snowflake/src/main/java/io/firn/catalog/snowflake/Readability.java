package io.firn.catalog.snowflake;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/** What Snowflake would refuse of a table, or read badly, known before it is asked. */
public final class Readability {

    private static final int MOST_COLUMNS = 1000;
    private static final int MOST_NAME = 255;

    /** Types that Snowflake refuses in tables of other catalogs. */
    private static final Set<Type.TypeID> REFUSED = Set.of(Type.TypeID.UUID, Type.TypeID.UNKNOWN);

    /** Types that Snowflake reads in format 3 alone. */
    private static final Set<Type.TypeID> FORMAT_3 =
            Set.of(Type.TypeID.VARIANT, Type.TypeID.GEOMETRY, Type.TypeID.GEOGRAPHY, Type.TypeID.TIMESTAMP_NANO);

    private Readability() {}

    /** What makes Snowflake refuse the table; empty when nothing does. */
    public static List<String> problems(LakeTable table) {
        List<String> problems = new ArrayList<>();
        if (!table.name().equals(table.name().toLowerCase(Locale.ROOT))) {
            problems.add("table %s must have a lowercase name".formatted(table.name()));
        }
        int columns = TypeUtil.indexById(table.schema().asStruct()).size();
        if (columns > MOST_COLUMNS) {
            problems.add("table %s must have at most %d columns, nested ones counted, but has %d"
                    .formatted(table.name(), MOST_COLUMNS, columns));
        }
        columns(table, problems);
        sameName(table, problems);
        if (!table.summary().getOrDefault("total-equality-deletes", "0").equals("0")) {
            problems.add("table %s must have no equality deletes but has %s"
                    .formatted(table.name(), table.summary().get("total-equality-deletes")));
        }
        return problems;
    }

    private static void columns(LakeTable table, List<String> problems) {
        TypeUtil.indexById(table.schema().asStruct()).values().forEach(field -> {
            Type.TypeID type = field.type().typeId();
            String column =
                    "table %s, column %s".formatted(table.name(), table.schema().findColumnName(field.fieldId()));
            if (REFUSED.contains(type) || (FORMAT_3.contains(type) && table.formatVersion() < 3)) {
                problems.add("%s must not be of type %s".formatted(column, field.type()));
            }
            if (field.name().length() > MOST_NAME) {
                problems.add("%s must have a name of at most %d characters".formatted(column, MOST_NAME));
            }
        });
    }

    /** Snowflake's names are the same in any case. */
    private static void sameName(LakeTable table, List<String> problems) {
        Set<String> seen = new TreeSet<>();
        for (Types.NestedField column : table.schema().columns()) {
            if (!seen.add(column.name().toUpperCase(Locale.ROOT))) {
                problems.add("table %s, column %s must differ from the others in more than case"
                        .formatted(table.name(), column.name()));
            }
        }
    }

    /** What makes Snowflake slow or blind on the table, though it reads it; empty when nothing does. */
    public static List<String> warnings(LakeTable table) {
        return table.partitions().stream()
                .filter(partition -> partition.startsWith("bucket"))
                .map(partition -> "table %s is partitioned by %s, by which Snowflake cannot prune"
                        .formatted(table.name(), partition))
                .toList();
    }
}
