package io.firn.compactor;

import java.io.IOException;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/** A catalog whose answer to the next commit is lost. */
class LostAnswer implements TableOperations {
    private final TableOperations real;
    private final boolean applied;

    LostAnswer(Table table, boolean applied) {
        this.real = ((HasTableOperations) table).operations();
        this.applied = applied;
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
        if (applied) {
            real.commit(base, metadata);
        }
        throw new CommitStateUnknownException(new IOException("connection reset"));
    }

    @Override
    public TableMetadata current() {
        return real.current();
    }

    @Override
    public TableMetadata refresh() {
        return real.refresh();
    }

    @Override
    public FileIO io() {
        return real.io();
    }

    @Override
    public String metadataFileLocation(String fileName) {
        return real.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
        return real.locationProvider();
    }

    /** One that does not answer afterwards either. */
    static final class Forever extends LostAnswer {
        private boolean silent;

        Forever(Table table, boolean applied) {
            super(table, applied);
        }

        @Override
        public void commit(TableMetadata base, TableMetadata metadata) {
            silent = true;
            super.commit(base, metadata);
        }

        @Override
        public TableMetadata refresh() {
            if (silent) {
                throw new IllegalStateException("no answer");
            }
            return super.refresh();
        }
    }
}
