package io.firn.catalog.config;

import java.util.List;

/** The whole configuration file. */
final class FirnKeys {

    static final Section ROOT = new Section(
            "",
            Section.Form.ALWAYS,
            "",
            List.of(),
            List.of(
                    LakeKeys.LAKE,
                    SourceKeys.SOURCE,
                    TableKeys.TABLES,
                    GateKeys.PROTECTION,
                    JobKeys.COMMIT,
                    JobKeys.COMPACTION,
                    JobKeys.SNAPSHOTS,
                    ServingKeys.SERVING,
                    ServiceKeys.SERVICE,
                    TelemetryKeys.TELEMETRY,
                    DqKeys.DQ,
                    WorkbenchKeys.WORKBENCH));

    private FirnKeys() {}

    /** Rules between keys; those of one key alone are in its type. */
    static void check(Values root, Problems problems) {
        LakeKeys.check(root.part(LakeKeys.LAKE), problems);
        SourceKeys.check(root.part(SourceKeys.SOURCE), problems);
        TableKeys.check(root, problems);
        GateKeys.checkProtection(root, problems);
        JobKeys.checkSnapshots(root.part(JobKeys.SNAPSHOTS), problems);
        ServingKeys.check(root, problems);
        ServiceKeys.check(root.part(ServiceKeys.SERVICE), problems);
        SnowflakeKeys.check(root, problems);
        DqKeys.check(root, problems);
    }

    static FirnConfig build(Values root, Folder folder) {
        return new FirnConfig(
                LakeKeys.build(root.part(LakeKeys.LAKE), folder),
                SourceKeys.build(root.part(SourceKeys.SOURCE), folder),
                TableKeys.build(root),
                JobKeys.commit(root.part(JobKeys.COMMIT)),
                JobKeys.compaction(root.part(JobKeys.COMPACTION)),
                JobKeys.snapshots(root.part(JobKeys.SNAPSHOTS), folder),
                ServingKeys.build(root.part(ServingKeys.SERVING), folder),
                ServiceKeys.build(root.part(ServiceKeys.SERVICE)),
                TelemetryKeys.build(root.part(TelemetryKeys.TELEMETRY)),
                DqKeys.build(root),
                WorkbenchKeys.build(root.part(WorkbenchKeys.WORKBENCH), folder));
    }
}
