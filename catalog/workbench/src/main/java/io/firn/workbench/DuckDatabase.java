package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.WorkbenchConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.duckdb.DuckDBConnection;

/**
 * One DuckDB in this process, in memory, with bounded memory and bounded room to spill. Its connections share tables
 * and views; temporary ones belong to their connection.
 */
public final class DuckDatabase implements AutoCloseable {
    private static final long MOST_KEPT_FREE_BYTES = 1L << 30;

    private final DuckDBConnection root;
    private final WorkbenchConfig config;

    private DuckDatabase(DuckDBConnection root, WorkbenchConfig config) {
        this.root = root;
        this.config = config;
    }

    /**
     * Opens an empty database.
     *
     * @throws FirnException when the folder to spill into cannot be made, or DuckDB refuses a limit
     */
    public static DuckDatabase open(WorkbenchConfig config) {
        makeFolder(config.tempDirectory());
        try {
            DuckDBConnection root = DuckDBConnection.newConnection("jdbc:duckdb:", false, "", new Properties());
            try (Statement statement = root.createStatement()) {
                for (String setting : settings(config)) {
                    statement.execute(setting);
                }
            }
            IcebergHash.register(root);
            Hilbert.register(root);
            return new DuckDatabase(root, config);
        } catch (SQLException e) {
            throw DuckFailures.translate("opening DuckDB", e);
        }
    }

    /**
     * DuckDB cannot know how many rows a view of Parquet files has, takes it for one row a file, and would always turn
     * a join so that all of the view is in memory; left as they are written, joins hold what is on their right, and
     * skip what it has no keys of.
     *
     * <p>Raising both allocator thresholds keeps freed sort buffers out of the operating system's hands, which they
     * would come back from a moment later; never more than a quarter of the memory limit.
     */
    private static List<String> settings(WorkbenchConfig config) {
        String keptFree = Sql.literal(Math.min(MOST_KEPT_FREE_BYTES, config.memoryBytes() / 4) + "B");
        return List.of(
                "SET GLOBAL memory_limit = " + Sql.literal(config.memoryBytes() + "B"),
                "SET GLOBAL threads = " + config.threads(),
                "SET GLOBAL temp_directory = "
                        + Sql.literal(config.tempDirectory().toAbsolutePath().toString()),
                "SET GLOBAL max_temp_directory_size = " + Sql.literal(config.tempLimitBytes() + "B"),
                "SET GLOBAL TimeZone = 'UTC'",
                "SET GLOBAL preserve_insertion_order = true",
                "SET GLOBAL disabled_optimizers = 'build_side_probe_side'",
                "SET GLOBAL allocator_flush_threshold = " + keptFree,
                "SET GLOBAL allocator_bulk_deallocation_flush_threshold = " + keptFree,
                "SET GLOBAL autoinstall_known_extensions = false",
                "SET GLOBAL autoload_known_extensions = false");
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new FirnException(
                    ErrorCode.STORAGE_FAILED,
                    "the folder for temporary files %s cannot be made: %s".formatted(folder, e.getMessage()),
                    e);
        }
    }

    /** Returns a new connection, which the caller closes; not to be used by two threads at a time. */
    public DuckDBConnection connect() {
        try {
            DuckDBConnection connection = root.duplicate();
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TimeZone = 'UTC'");
            }
            return connection;
        } catch (SQLException e) {
            throw DuckFailures.translate("connecting to DuckDB", e);
        }
    }

    /** Returns the limits it was opened with. */
    public WorkbenchConfig config() {
        return config;
    }

    @Override
    public void close() {
        try {
            root.close();
        } catch (SQLException e) {
            throw DuckFailures.translate("closing DuckDB", e);
        }
    }
}
