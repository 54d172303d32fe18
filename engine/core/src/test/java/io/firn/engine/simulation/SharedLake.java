package io.firn.engine.simulation;

import io.firn.catalog.Lake;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.BaseMetastoreCatalog;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.jspecify.annotations.Nullable;

/**
 * The tables and metadata files that all processes see, on the heap. A commit is a compare-and-swap of a table's
 * metadata.
 */
final class SharedLake {
    static final Namespace NAMESPACE = Namespace.of("t");

    /** No process waits before it tries again. */
    private static final Map<String, String> CATALOG = Map.of(
            "table-override.commit.retry.min-wait-ms", "0",
            "table-override.commit.retry.max-wait-ms", "0");

    /** Is told of every commit that took place. */
    @FunctionalInterface
    interface Observer {
        void committed(String table);
    }

    private final Path warehouse;
    private final Observer observer;
    private final Map<TableIdentifier, TableMetadata> tables = new ConcurrentHashMap<>();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final AtomicLong snapshots = new AtomicLong();
    private final AtomicLong versions = new AtomicLong();

    SharedLake(Path warehouse, Observer observer) {
        this.warehouse = warehouse;
        this.observer = observer;
    }

    /** @return the lake as a process sees it, whose fate its tables share; as nobody sees it when that is null */
    Lake as(@Nullable Steps process) {
        return new Lake(new ProcessCatalog(process), NAMESPACE);
    }

    boolean has(String table) {
        return tables.containsKey(TableIdentifier.of(NAMESPACE, table));
    }

    /** @return the files on the heap, by location */
    Map<String, byte[]> files() {
        return files;
    }

    long newSnapshotId() {
        return snapshots.incrementAndGet();
    }

    @Nullable
    TableMetadata current(TableIdentifier table) {
        return tables.get(table);
    }

    /** Puts {@code metadata} in the place of {@code base}, or fails when that is no longer there. */
    void commit(TableIdentifier table, @Nullable TableMetadata base, TableMetadata metadata) {
        TableMetadata committed = TableMetadata.buildFrom(metadata)
                .discardChanges()
                .withMetadataLocation(
                        "%s/metadata/%05d.metadata.json".formatted(metadata.location(), versions.incrementAndGet()))
                .build();
        if (base == null) {
            if (tables.putIfAbsent(table, committed) != null) {
                throw new AlreadyExistsException("Table already exists: %s", table);
            }
        } else if (!swap(table, base, committed)) {
            throw new CommitFailedException("%s is no longer at %s", table, base.metadataFileLocation());
        }
        observer.committed(table.name());
    }

    /** By identity: equal metadata would not be the same commit. */
    private boolean swap(TableIdentifier table, TableMetadata base, TableMetadata committed) {
        return tables.computeIfPresent(table, (name, present) -> present == base ? committed : present) == committed;
    }

    private final class ProcessCatalog extends BaseMetastoreCatalog {
        private final @Nullable Steps process;

        ProcessCatalog(@Nullable Steps process) {
            this.process = process;
        }

        @Override
        public String name() {
            return "simulated";
        }

        @Override
        protected Map<String, String> properties() {
            return CATALOG;
        }

        @Override
        protected TableOperations newTableOps(TableIdentifier table) {
            if (process != null) {
                process.step("load " + table.name());
            }
            return new SimulatedTable(SharedLake.this, table, process);
        }

        @Override
        protected String defaultWarehouseLocation(TableIdentifier table) {
            return warehouse + "/" + table.name();
        }

        @Override
        public List<TableIdentifier> listTables(Namespace namespace) {
            return tables.keySet().stream()
                    .sorted(java.util.Comparator.comparing(TableIdentifier::name))
                    .toList();
        }

        @Override
        public boolean dropTable(TableIdentifier table, boolean purge) {
            throw new UnsupportedOperationException("nobody drops tables here");
        }

        @Override
        public void renameTable(TableIdentifier from, TableIdentifier to) {
            throw new UnsupportedOperationException("nobody renames tables here");
        }
    }
}
