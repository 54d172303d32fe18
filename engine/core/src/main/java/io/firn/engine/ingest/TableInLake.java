package io.firn.engine.ingest;

import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.SeedBranch;
import io.firn.catalog.SourceTable;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.TableConfig;
import io.firn.engine.protect.Protection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/** A configured table as it is in the lake: the current table and its change log, made when they are missing. */
final class TableInLake {
    private final String name;
    private final TableConfig config;
    private final IngestSetup setup;
    private final Protection protection;
    private final Table current;
    private final Table changes;

    TableInLake(String name, TableConfig config, IngestSetup setup) {
        this.name = name;
        this.config = config;
        this.setup = setup;
        this.protection = Protection.of(name, config.gate());
        this.current = open(name, Kind.CURRENT);
        if (SeedBranch.isPresent(current) && CutProperties.applied(current).number() == 0) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID,
                    "table %s is being loaded: run firn seed until it is done, then ingest".formatted(name));
        }
        this.changes = open(TableDefinition.changeLogOf(name), Kind.LOG);
    }

    private enum Kind {
        CURRENT,
        LOG
    }

    private Table open(String table, Kind kind) {
        Optional<Table> present = setup.lake().find(table);
        if (present.isPresent()) {
            return present.get();
        }
        TableDefinition definition = TableDefinition.of(name, config, declaration());
        return kind == Kind.LOG
                ? setup.lake().changeLog(definition)
                : setup.lake().currentTable(definition);
    }

    private SourceTable declaration() {
        return declarations()
                .find(config.source())
                .orElseThrow(() -> new FirnException(
                        ErrorCode.SOURCE_MISCONFIGURED,
                        "tables.%s.source names %s, which the source does not have".formatted(name, config.source())));
    }

    /** @return what the source declares, as if its columns held what the lake may have of them */
    SourceTables declarations() {
        return source -> setup.tables().find(source).map(this::declared);
    }

    private SourceTable declared(SourceTable source) {
        List<String> problems = protection.problems(source);
        if (!problems.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CONFIG_INVALID, problems);
        }
        return protection.declared(source);
    }

    Table current() {
        return current;
    }

    Table changes() {
        return changes;
    }

    /** @return what becomes of its columns before anything sees them */
    Protection protection() {
        return protection;
    }

    /** @return how much of the row before a change its source sends */
    SourceTable.Identity identity() {
        String full = SourceTable.Identity.FULL.text();
        return full.equals(current.properties().getOrDefault(SourceTable.Identity.PROPERTY, full))
                ? SourceTable.Identity.FULL
                : SourceTable.Identity.KEY;
    }

    /** @return the columns that it has now, in slot order */
    List<NestedField> columns() {
        return current.schema().columns();
    }

    /** @return the key columns */
    List<NestedField> key() {
        return keyNames().stream().map(current.schema()::findField).toList();
    }

    /** @return the slots of the key columns */
    int[] keySlots() {
        return key().stream().mapToInt(columns()::indexOf).toArray();
    }

    /** The configuration may call a key column by the name it has in the lake, or by the one it is about to get. */
    List<String> keyNames() {
        return config.key().stream().map(this::nameInLake).toList();
    }

    private String nameInLake(String column) {
        if (current.schema().findField(column) != null) {
            return column;
        }
        String renamed = config.rename().get(column);
        if (renamed != null) {
            return renamed;
        }
        return config.rename().entrySet().stream()
                .filter(rename -> rename.getValue().equals(column))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(column);
    }

    /** What a protected column becomes is a text, which a column of another type that is there already cannot hold. */
    void requireTexts() {
        for (NestedField column : columns()) {
            boolean isText = column.type().typeId() == Type.TypeID.STRING;
            if (protection.changes(column.name()) && !protection.isDropped(column.name()) && !isText) {
                throw new FirnException(
                        ErrorCode.SCHEMA_INCOMPATIBLE,
                        "tables.%s.columns.%s: the lake has the column as %s already, and what it becomes is a text"
                                .formatted(name, column.name(), column.type()));
            }
        }
    }
}
