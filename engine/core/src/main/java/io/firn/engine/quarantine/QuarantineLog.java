package io.firn.engine.quarantine;

import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Sql;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** The trail of what was done about quarantined records, by whom and when. It only grows. */
public final class QuarantineLog {
    private static final String STAGE = "firn:quarantine:log";

    private final Lake lake;
    private final DuckDBConnection connection;
    private final Path temporary;
    private final Clock clock;
    private final String actor;

    /**
     * @param temporary where files wait that go to a store other than the local disk
     * @param actor who acts
     */
    public QuarantineLog(Lake lake, DuckDBConnection connection, Path temporary, Clock clock, String actor) {
        this.lake = lake;
        this.connection = connection;
        this.temporary = temporary;
        this.clock = clock;
        this.actor = actor;
    }

    /**
     * What was done about one record.
     *
     * @param detail more about it; null for nothing
     */
    public record Entry(
            QuarantinedRecord record,
            Action action,
            @Nullable String detail) {}

    /**
     * @param lake where it is
     * @return the snapshot that holds its last entries; null when there are none
     */
    public static @Nullable Long snapshot(Lake lake) {
        return lake.find(QuarantineTables.ACTIONS)
                .map(Table::currentSnapshot)
                .map(Snapshot::snapshotId)
                .orElse(null);
    }

    /** Appends entries, all in one commit. */
    public void append(List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        Table table = lake.find(QuarantineTables.ACTIONS)
                .orElseGet(() -> QuarantineTables.create(lake, QuarantineTables.ACTIONS, QuarantineTables.LOG));
        try (Statement statement = connection.createStatement()) {
            statement.execute(("CREATE OR REPLACE TABLE %s (table_name VARCHAR, topic VARCHAR, partition INTEGER,"
                            + " \"offset\" BIGINT, cut BIGINT, action VARCHAR, detail VARCHAR, acted_at TIMESTAMPTZ, actor VARCHAR)")
                    .formatted(Sql.identifier(STAGE)));
            stage(entries);
            ParquetOut out = new ParquetOut(table, "log-" + UUID.randomUUID(), FileSettings.of(table), temporary);
            AppendFiles append = table.newAppend();
            out.write(connection, "SELECT * FROM " + Sql.identifier(STAGE)).ifPresent(append::appendFile);
            append.commit();
            statement.execute("DROP TABLE " + Sql.identifier(STAGE));
        } catch (SQLException e) {
            throw FirnException.internal("the quarantine's log could not be written", e);
        }
    }

    private void stage(List<Entry> entries) throws SQLException {
        long now = clock.millis() * 1000;
        try (DuckDBAppender row = connection.createAppender(STAGE)) {
            for (Entry entry : entries) {
                QuarantinedRecord record = entry.record();
                row.beginRow().append(record.table()).append(record.record().topic());
                row.append(record.record().partition()).append(record.record().offset());
                row.append(record.cut()).append(entry.action().text());
                Staging.appendText(row, entry.detail());
                row.appendEpochMicros(now).append(actor).endRow();
            }
        }
    }
}
