package io.firn.engine.simulation;

import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.jspecify.annotations.Nullable;

/** A table as one process sees it: what it does to the table are steps of the process. */
final class SimulatedTable implements TableOperations {
    private final SharedLake lake;
    private final TableIdentifier table;
    private final @Nullable Steps process;
    private @Nullable TableMetadata seen;

    SimulatedTable(SharedLake lake, TableIdentifier table, @Nullable Steps process) {
        this.lake = lake;
        this.table = table;
        this.process = process;
    }

    private void step(String what) {
        if (process != null) {
            process.step(what + " " + table.name());
        }
    }

    @Override
    public @Nullable TableMetadata current() {
        if (seen == null) {
            seen = lake.current(table);
        }
        return seen;
    }

    @Override
    public @Nullable TableMetadata refresh() {
        step("refresh");
        seen = lake.current(table);
        return seen;
    }

    @Override
    public void commit(@Nullable TableMetadata base, TableMetadata metadata) {
        if (process == null) {
            lake.commit(table, base, metadata);
        } else if (base == null) {
            step("create");
            lake.commit(table, base, metadata);
        } else {
            process.commit("commit " + table.name(), () -> lake.commit(table, base, metadata));
        }
        seen = null;
    }

    @Override
    public FileIO io() {
        return new SimulatedIO(lake.files(), process);
    }

    @Override
    public String metadataFileLocation(String file) {
        TableMetadata metadata = current();
        return location(metadata == null ? "" : metadata.location(), file);
    }

    private static String location(String tableLocation, String file) {
        return tableLocation + "/metadata/" + file;
    }

    @Override
    public LocationProvider locationProvider() {
        step("place a file of");
        TableMetadata metadata = java.util.Objects.requireNonNull(current(), table.name());
        return LocationProviders.locationsFor(metadata.location(), metadata.properties());
    }

    @Override
    public TableOperations temp(TableMetadata uncommitted) {
        return new Uncommitted(uncommitted);
    }

    @Override
    public long newSnapshotId() {
        return lake.newSnapshotId();
    }

    private final class Uncommitted implements TableOperations {
        private final TableMetadata metadata;

        Uncommitted(TableMetadata metadata) {
            this.metadata = metadata;
        }

        @Override
        public TableMetadata current() {
            return metadata;
        }

        @Override
        public TableMetadata refresh() {
            throw new UnsupportedOperationException("not committed yet");
        }

        @Override
        public void commit(TableMetadata base, TableMetadata next) {
            throw new UnsupportedOperationException("not committed yet");
        }

        @Override
        public FileIO io() {
            return SimulatedTable.this.io();
        }

        @Override
        public String metadataFileLocation(String file) {
            return location(metadata.location(), file);
        }

        @Override
        public LocationProvider locationProvider() {
            return LocationProviders.locationsFor(metadata.location(), metadata.properties());
        }

        @Override
        public long newSnapshotId() {
            return SimulatedTable.this.newSnapshotId();
        }
    }
}
