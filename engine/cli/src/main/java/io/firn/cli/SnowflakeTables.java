package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.snowflake.LakeTable;
import io.firn.snapshot.PinnedFiles;
import java.util.ArrayList;
import java.util.List;

/** The tables of the lake that Snowflake is shown: current tables, each with its change log. */
final class SnowflakeTables {
    private SnowflakeTables() {}

    /**
     * Current tables and change logs, as far as they are in the lake.
     *
     * @throws FirnException when none is
     */
    static List<LakeTable> all(FirnConfig config, Lake lake) {
        List<LakeTable> tables = new ArrayList<>();
        for (String name : config.tables().keySet()) {
            add(name, lake, tables);
            add(TableDefinition.changeLogOf(name), lake, tables);
        }
        if (tables.isEmpty()) {
            throw new FirnException(
                    ErrorCode.TABLE_NOT_FOUND,
                    "namespace %s has none of the configured tables yet: fill it first, with firn seed or firn ingest"
                            .formatted(config.lake().namespace()));
        }
        return tables;
    }

    private static void add(String name, Lake lake, List<LakeTable> tables) {
        lake.find(name)
                .ifPresent(table -> tables.add(LakeTable.of(name, table, PinnedFiles.location(table, LakeTable.TAG))));
    }

    /** Those that were named, or all; change logs come with their tables. */
    static List<LakeTable> named(FirnConfig config, Lake lake, List<String> names) {
        List<String> chosen = TableArguments.of(config, names);
        return all(config, lake).stream()
                .filter(table -> chosen.contains(table.name())
                        || chosen.stream().map(TableDefinition::changeLogOf).anyMatch(table.name()::equals))
                .toList();
    }

    /** Those that were named, or all, without change logs. */
    static List<LakeTable> current(FirnConfig config, Lake lake, List<String> names) {
        List<String> chosen = TableArguments.of(config, names);
        return all(config, lake).stream()
                .filter(table -> chosen.contains(table.name()))
                .toList();
    }
}
