package io.firn.engine.simulation;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.jspecify.annotations.Nullable;

/**
 * A catalog and its metadata on the heap, with data files in a folder. Tables belong to the process that loaded them
 * and share its fate.
 */
final class SimulatedCatalog extends InMemoryCatalog {
    /** Is told of every commit that took place. */
    @FunctionalInterface
    interface Observer {
        void committed(String table);
    }

    private final Observer observer;
    private final AtomicLong snapshots = new AtomicLong();
    private @Nullable Steps process;

    SimulatedCatalog(Path warehouse, Observer observer) {
        this.observer = observer;
        initialize("simulated", Map.of("warehouse", warehouse.toString()));
    }

    /** Says whose tables are loaded from now on; null for one that nothing happens to. */
    @Nullable
    Steps runAs(@Nullable Steps next) {
        Steps before = process;
        process = next;
        return before;
    }

    @Override
    protected TableOperations newTableOps(TableIdentifier table) {
        Steps owner = process;
        if (owner != null) {
            owner.step("load " + table.name());
        }
        return new Operations(super.newTableOps(table), table.name(), owner);
    }

    private final class Operations implements TableOperations {
        private final TableOperations table;
        private final String name;
        private final @Nullable Steps owner;

        Operations(TableOperations table, String name, @Nullable Steps owner) {
            this.table = table;
            this.name = name;
            this.owner = owner;
        }

        private void step(String what) {
            if (owner != null) {
                owner.step(what + " " + name);
            }
        }

        @Override
        public TableMetadata current() {
            return table.current();
        }

        @Override
        public TableMetadata refresh() {
            step("refresh");
            return table.refresh();
        }

        @Override
        public void commit(TableMetadata base, TableMetadata metadata) {
            Runnable commit = () -> {
                table.commit(base, metadata);
                observer.committed(name);
            };
            if (base == null) {
                step("create");
            }
            if (owner == null || base == null) {
                commit.run();
            } else {
                owner.commit("commit " + name, commit);
            }
        }

        @Override
        public FileIO io() {
            return new SimulatedIO(table.io(), owner);
        }

        @Override
        public String metadataFileLocation(String file) {
            return table.metadataFileLocation(file);
        }

        @Override
        public LocationProvider locationProvider() {
            step("place a file of");
            TableMetadata metadata = table.current();
            return LocationProviders.locationsFor(metadata.location(), metadata.properties());
        }

        @Override
        public TableOperations temp(TableMetadata uncommitted) {
            return table.temp(uncommitted);
        }

        @Override
        public long newSnapshotId() {
            return snapshots.incrementAndGet();
        }
    }
}
