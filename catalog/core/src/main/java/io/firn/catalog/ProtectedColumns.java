package io.firn.catalog;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.iceberg.Table;

/** The columns of a table of the lake that are not what they are in the source, noted in a property of the table. */
public final class ProtectedColumns {
    private static final String PROPERTY = "firn.protected-columns";

    private ProtectedColumns() {}

    /** @return their names; columns that the lake does not have at all among them */
    public static List<String> of(Table table) {
        String names = table.properties().getOrDefault(PROPERTY, "");
        return names.isEmpty() ? List.of() : Arrays.asList(names.split("\n"));
    }

    /** Notes them, where they have changed. */
    public static void note(Table table, Collection<String> columns) {
        List<String> sorted = columns.stream().sorted().toList();
        if (sorted.isEmpty() && table.properties().containsKey(PROPERTY)) {
            table.updateProperties().remove(PROPERTY).commit();
        } else if (!sorted.equals(of(table))) {
            table.updateProperties().set(PROPERTY, String.join("\n", sorted)).commit();
        }
    }
}
