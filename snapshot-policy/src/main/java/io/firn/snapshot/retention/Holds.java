package io.firn.snapshot.retention;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.workbench.AsOf;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.iceberg.Table;

/** Tags that are kept whatever their age, each with its reason, until they are released. */
public final class Holds {
    private final Lake lake;

    public Holds(Lake lake) {
        this.lake = lake;
    }

    /** A tag of a table that is on hold. */
    public record Hold(String table, String tag, String reason) {}

    /** Returns all of them, in order of tables and tags. */
    public List<Hold> of(Collection<String> names) {
        List<Hold> holds = new ArrayList<>();
        names.stream()
                .sorted()
                .forEach(name -> lake.find(name)
                        .ifPresent(table -> table.properties().keySet().stream()
                                .filter(property -> property.startsWith(RetentionRules.HOLD))
                                .sorted()
                                .forEach(property -> holds.add(hold(name, table, property)))));
        return holds;
    }

    private static Hold hold(String name, Table table, String property) {
        return new Hold(
                name,
                property.substring(RetentionRules.HOLD.length()),
                table.properties().getOrDefault(property, ""));
    }

    /**
     * Puts a tag on hold in every one of the tables that has it.
     *
     * @throws FirnException when none of them has it
     */
    public List<Hold> place(Collection<String> names, String tag, String reason) {
        List<Hold> placed = new ArrayList<>();
        for (String name : names) {
            Table table = lake.table(name);
            if (AsOf.tags(table).contains(tag)) {
                table.updateProperties().set(RetentionRules.HOLD + tag, reason).commit();
                placed.add(new Hold(name, tag, reason));
            }
        }
        if (placed.isEmpty()) {
            throw new FirnException(
                    ErrorCode.TAG_NOT_FOUND,
                    "no hold was placed: none of the tables %s has a tag %s".formatted(String.join(", ", names), tag));
        }
        return placed;
    }

    /**
     * Lets go of a tag in every one of the tables.
     *
     * @return the holds that there were
     */
    public List<Hold> release(Collection<String> names, String tag) {
        List<Hold> released =
                of(names).stream().filter(hold -> hold.tag().equals(tag)).toList();
        released.forEach(hold -> lake.table(hold.table())
                .updateProperties()
                .remove(RetentionRules.HOLD + tag)
                .commit());
        return released;
    }
}
