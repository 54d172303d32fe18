package io.firn.workbench;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.iceberg.FileScanTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A temporary view of a connection that shows a table's rows. It lasts until it is closed, or its connection is; the
 * files it reads stay staged as long.
 */
public final class TableView implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TableView.class);

    private final Connection connection;
    private final String name;
    private final List<FileScanTask> files;
    private final FileCache.Lease lease;
    private final List<String> drops;

    TableView(Connection connection, String name, List<FileScanTask> files, FileCache.Lease lease, List<String> drops) {
        this.connection = connection;
        this.name = name;
        this.files = List.copyOf(files);
        this.lease = lease;
        this.drops = List.copyOf(drops);
    }

    /** Returns the view's name, not quoted. */
    public String name() {
        return name;
    }

    /** Returns the data files it reads, with their deletes. */
    public List<FileScanTask> files() {
        return files;
    }

    /** Returns the size of the data files in bytes. */
    public long bytes() {
        return files.stream().mapToLong(file -> file.file().fileSizeInBytes()).sum();
    }

    @Override
    public void close() {
        lease.close();
        try {
            if (!connection.isClosed()) {
                try (Statement statement = connection.createStatement()) {
                    for (String drop : drops) {
                        statement.execute(drop);
                    }
                }
            }
        } catch (SQLException e) {
            LOG.debug("the view {} was not dropped", name, e);
        }
    }
}
