package io.firn.catalog;

import io.firn.catalog.SchemaChange.Add;
import io.firn.catalog.SchemaChange.Relax;
import io.firn.catalog.SchemaChange.Rename;
import io.firn.catalog.SchemaChange.Retype;
import io.firn.catalog.SchemaChange.Widen;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Makes the changes of a plan in a change log, and then in its current table. What one of them has already is left
 * alone, so that after a crash in between the same plan completes it.
 */
public final class SchemaCommit {
    private static final String IN_BEFORE = ChangeLogColumns.BEFORE + ".";

    private SchemaCommit() {}

    /** Commits the changes. Data files stay as they are, and so do the columns that tags show. */
    public static void apply(SchemaPlan plan, Table current, Table changeLog) {
        inTwoSteps(plan, changeLog, (update, change) -> {
            inLog(update, changeLog, change, "");
            inLog(update, changeLog, change, IN_BEFORE);
        });
        inTwoSteps(plan, current, SchemaCommit::inTable);
    }

    /** A name that a rename sets free can be given away only in another commit. */
    private static void inTwoSteps(SchemaPlan plan, Table table, BiConsumer<UpdateSchema, SchemaChange> step) {
        List<SchemaChange> renames =
                plan.changes().stream().filter(Rename.class::isInstance).toList();
        List<SchemaChange> others = plan.changes().stream()
                .filter(change -> !(change instanceof Rename))
                .toList();
        for (List<SchemaChange> changes : List.of(renames, others)) {
            if (!changes.isEmpty()) {
                table.refresh();
                UpdateSchema update = table.updateSchema();
                changes.forEach(change -> step.accept(update, change));
                update.commit();
            }
        }
        table.refresh();
    }

    private static void inTable(UpdateSchema update, SchemaChange change) {
        if (change instanceof Add add) {
            if (add.earlier() == null) {
                update.addColumn(add.name(), add.type(), add.sourceType());
            } else {
                update.addColumn(add.name(), add.type(), add.sourceType(), add.earlier());
            }
        } else if (change instanceof Widen widen) {
            update.updateColumn(widen.name(), widen.type());
        } else if (change instanceof Relax relax) {
            update.makeColumnOptional(relax.name());
        } else if (change instanceof Rename rename) {
            update.renameColumn(rename.from(), rename.to());
        } else if (change instanceof Retype retype) {
            update.updateColumnDoc(retype.name(), retype.sourceType());
        }
    }

    /** All columns are optional in the log, and its older rows hold what they held. */
    private static void inLog(UpdateSchema update, Table log, SchemaChange change, String prefix) {
        if (change instanceof Add add && find(log, prefix, add.name()) == null) {
            if (prefix.isEmpty()) {
                update.addColumn(add.name(), add.type(), add.sourceType());
            } else {
                update.addColumn(ChangeLogColumns.BEFORE, add.name(), add.type(), add.sourceType());
            }
        } else if (change instanceof Widen widen) {
            NestedField column = find(log, prefix, widen.name());
            if (column != null && !column.type().equals(widen.type())) {
                update.updateColumn(prefix + widen.name(), widen.type());
            }
        } else if (change instanceof Rename rename
                && find(log, prefix, rename.to()) == null
                && find(log, prefix, rename.from()) != null) {
            update.renameColumn(prefix + rename.from(), rename.to());
        } else if (change instanceof Retype retype && find(log, prefix, retype.name()) != null) {
            update.updateColumnDoc(prefix + retype.name(), retype.sourceType());
        }
    }

    private static @Nullable NestedField find(Table log, String prefix, String name) {
        return log.schema().findField(prefix + name);
    }
}
