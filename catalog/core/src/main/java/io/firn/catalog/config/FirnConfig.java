package io.firn.catalog.config;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that firn.yaml configures. Paths in it are absolute.
 *
 * @param tables by table name, in the order of the file
 */
public record FirnConfig(
        LakeConfig lake,
        SourceConfig source,
        Map<String, TableConfig> tables,
        CommitConfig commit,
        CompactionConfig compaction,
        SnapshotsConfig snapshots,
        ServingConfig serving,
        ServiceConfig service,
        TelemetryConfig telemetry,
        DqConfig dq,
        WorkbenchConfig workbench) {

    public FirnConfig {
        tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
    }

    /** The same with other limits of memory. */
    public FirnConfig withMemory(long workbenchBytes, long compactionBytes) {
        return new FirnConfig(
                lake,
                source,
                tables,
                commit,
                compaction.withMemory(compactionBytes),
                snapshots,
                serving,
                service,
                telemetry,
                dq,
                workbench.withMemory(workbenchBytes));
    }

    /**
     * One table's configuration.
     *
     * @throws FirnException {@link ErrorCode#TABLE_NOT_FOUND} when no table has this name
     */
    public TableConfig table(String name) {
        TableConfig table = tables.get(name);
        if (table == null) {
            throw new FirnException(
                    ErrorCode.TABLE_NOT_FOUND, "tables has no " + name + Suggestion.phrase(name, tables.keySet()));
        }
        return table;
    }
}
