package io.firn.catalog.config;

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
        WorkbenchConfig workbench) {

    public FirnConfig {
        tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
    }
}
