package io.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class SeedBranchTest {
    private static final TableIdentifier NAME = TableIdentifier.of("atlas", "item");

    @Test
    void aTableThatIsWrittenToAtTheSameTimeIsLoadedAnewAllTheSame() {
        Table table = table();
        table.newAppend().commit();
        Table contested = new BaseTable(new Contested(((BaseTable) table).operations(), table), "item");

        SeedBranch branch = new SeedBranch(contested);
        branch.begin("first");
        branch.begin("second");

        assertThat(branch.plan()).contains("second");
        branch.end();
        table.refresh();
        assertThat(SeedBranch.isPresent(table)).isFalse();
        assertThat(table.snapshots())
                .filteredOn(snapshot -> snapshot.summary().containsKey("rival"))
                .hasSize(3);
        assertThat(table.currentSnapshot().summary()).containsKey("rival");
    }

    private static Table table() {
        InMemoryCatalog catalog = new InMemoryCatalog();
        catalog.initialize("memory", java.util.Map.of());
        catalog.createNamespace(Namespace.of("atlas"));
        return catalog.createTable(NAME, new Schema(Types.NestedField.required(1, "id", Types.LongType.get())));
    }

    /** Before every other commit, a writer commits to the table's main branch. */
    private static final class Contested implements TableOperations {
        private final TableOperations operations;
        private final Table rival;
        private int commits;

        Contested(TableOperations operations, Table rival) {
            this.operations = operations;
            this.rival = rival;
        }

        @Override
        public void commit(TableMetadata base, TableMetadata metadata) {
            if (commits++ % 2 == 0) {
                rival.newAppend().set("rival", "true").commit();
            }
            operations.commit(base, metadata);
        }

        @Override
        public TableMetadata current() {
            return operations.current();
        }

        @Override
        public TableMetadata refresh() {
            return operations.refresh();
        }

        @Override
        public FileIO io() {
            return operations.io();
        }

        @Override
        public String metadataFileLocation(String fileName) {
            return operations.metadataFileLocation(fileName);
        }

        @Override
        public LocationProvider locationProvider() {
            return operations.locationProvider();
        }
    }
}
