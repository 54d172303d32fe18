package io.firn.engine.quarantine;

import io.firn.catalog.ChangeLogCommit;
import io.firn.catalog.Cut;
import io.firn.catalog.FirnException;
import io.firn.catalog.HeadMovedException;
import io.firn.catalog.Lake;
import io.firn.engine.source.ChangeSource.Partition;
import io.firn.engine.source.SourceRecord;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The table of records that could not be written. A cut's rejected records are committed before its changes are, so
 * that nothing is acknowledged that is in neither. Until then they wait in DuckDB, which spills what does not fit.
 */
public final class Quarantine {
    /** The table's name in the lake. */
    public static final String TABLE = "firn_quarantine";

    private static final String STAGE = "firn:quarantine";
    private static final String COLUMNS =
            "table_name, reason, topic, partition, \"offset\", lsn, record_key, record_value, quarantined_at";

    private final Lake lake;
    private final Workbench workbench;
    private final DuckDBConnection connection;
    private final Path temporary;
    private final Clock clock;
    private final Map<String, Long> counts = new HashMap<>();
    private @Nullable Table table;
    private final Set<Long> own = new HashSet<>();
    private long openedAt;
    private @Nullable DuckDBAppender appender;
    private final OpenKeys openKeys = new OpenKeys();
    private final Set<String> tablesWithKeys = new HashSet<>();
    private long staged;

    /**
     * @param connection one of the workbench's
     * @param temporary where files wait that go to a store other than the local disk
     */
    public Quarantine(Lake lake, Workbench workbench, DuckDBConnection connection, Path temporary, Clock clock) {
        this.lake = lake;
        this.workbench = workbench;
        this.connection = connection;
        this.temporary = temporary;
        this.clock = clock;
        this.table = lake.find(TABLE).orElse(null);
        Snapshot head = table == null ? null : table.currentSnapshot();
        this.openedAt = head == null ? 0 : head.sequenceNumber();
        execute(("CREATE OR REPLACE TABLE %s (table_name VARCHAR, reason VARCHAR, topic VARCHAR, partition INTEGER,"
                        + " \"offset\" BIGINT, lsn BIGINT, record_key BLOB, record_value BLOB, quarantined_at TIMESTAMPTZ)")
                .formatted(Sql.identifier(STAGE)));
    }

    /**
     * @param tables those of one writer
     * @return its last cut that had rejected records; {@link Cut#NONE} when there was none
     */
    public Cut logged(Collection<String> tables) {
        return table == null ? Cut.NONE : WritersCuts.last(table, tables);
    }

    /**
     * Rejects a record of the cut that is being collected.
     *
     * @param lsn the change's log sequence number; 0 when it cannot be told
     */
    public void reject(String tableName, SourceRecord record, long lsn, String reason) {
        try {
            DuckDBAppender row = appender();
            row.beginRow().append(tableName).append(reason);
            row.append(record.topic()).append(record.partition()).append(record.offset());
            if (lsn == 0) {
                row.appendNull();
            } else {
                row.append(lsn);
            }
            Staging.appendBytes(row, record.key());
            Staging.appendBytes(row, record.value());
            row.appendEpochMicros(clock.millis() * 1000).endRow();
        } catch (SQLException e) {
            throw failed(e);
        }
        if (tablesWithKeys.contains(tableName)) {
            openKeys.add(tableName, record.key(), record.offset());
        }
        staged++;
        counts.merge(tableName, 1L, Long::sum);
    }

    private DuckDBAppender appender() throws SQLException {
        DuckDBAppender open = appender;
        if (open == null) {
            open = connection.createAppender(STAGE);
            appender = open;
        }
        return open;
    }

    /**
     * @param key as the source sends it; null for none
     * @return whether an earlier change of the row with this key is in quarantine, so that what the row held is not
     *     known
     */
    public boolean holds(String tableName, byte @Nullable [] key) {
        if (tablesWithKeys.add(tableName)) {
            openKeys.addAll(new QuarantineView(lake, workbench).openKeys(List.of(tableName)));
            addStaged(tableName);
        }
        return openKeys.holds(tableName, key);
    }

    /**
     * Forgets the records of a row that came before one of it that is in the lake now.
     *
     * @return their offsets; none when that one is in quarantine itself
     */
    List<Long> clear(String tableName, byte @Nullable [] key, long offset) {
        return openKeys.removeBefore(tableName, key, offset);
    }

    /** Forgets the keys of a table that takes no more changes: all of them may come here. */
    public void forgetKeys(String tableName) {
        tablesWithKeys.remove(tableName);
        openKeys.removeAll(tableName);
    }

    private void addStaged(String tableName) {
        try {
            closeAppender();
            try (Statement statement = connection.createStatement();
                    ResultSet rows =
                            statement.executeQuery("SELECT record_key, \"offset\" FROM %s WHERE table_name = %s"
                                    .formatted(Sql.identifier(STAGE), Sql.literal(tableName)))) {
                while (rows.next()) {
                    openKeys.add(tableName, rows.getBytes(1), rows.getLong(2));
                }
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** @return how many records of a table were rejected since the last commit */
    public long count(String tableName) {
        return counts.getOrDefault(tableName, 0L);
    }

    /**
     * @param next for each partition the first offset that is not asked for
     * @return whether a record before them waits to be committed
     */
    public boolean isEmpty(Map<Partition, Long> next) {
        if (staged == 0) {
            return true;
        }
        try (Statement statement = connection.createStatement()) {
            closeAppender();
            try (ResultSet row = statement.executeQuery(
                    "SELECT count(*) FROM %s WHERE %s".formatted(Sql.identifier(STAGE), before(next)))) {
                row.next();
                return row.getLong(1) == 0;
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static String before(Map<Partition, Long> next) {
        String cases = next.entrySet().stream()
                .map(entry -> " WHEN (%s, %d) THEN %d"
                        .formatted(
                                Sql.literal(entry.getKey().topic()),
                                entry.getKey().number(),
                                entry.getValue()))
                .collect(Collectors.joining());
        return cases.isEmpty() ? "false" : "\"offset\" < CASE (topic, partition)" + cases + " ELSE 0 END";
    }

    /** Commits everything that was rejected. */
    public void commit(Cut cut) {
        commit(cut, "true");
    }

    /**
     * Commits what was rejected in a cut.
     *
     * @param next for each partition the first offset that is not in it
     */
    public void commit(Cut cut, Map<Partition, Long> next) {
        commit(cut, before(next));
    }

    /**
     * Commits everything that was rejected, in a lake whose cuts somebody else makes: the quarantine stays at its cut.
     */
    public void commitBetweenCuts() {
        Set<String> tables = Set.copyOf(counts.keySet());
        commit(target -> WritersCuts.last(target, tables), "true");
    }

    /**
     * Commits what was rejected in a second attempt at a cut, but for what the first has committed. What that one let
     * pass may be rejected now, if the rules have changed in between.
     */
    public void commitAgain(Cut cut) {
        openedAt = 0;
        own.clear();
        commit(cut);
    }

    private void commit(Cut cut, String condition) {
        commit(target -> cut, condition);
    }

    /** @param cutOf the cut of a commit onto the table as it is then */
    private void commit(Function<Table, Cut> cutOf, String condition) {
        counts.clear();
        if (staged == 0) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            closeAppender();
            Table target = target();
            boolean isCommitted = false;
            while (!isCommitted) {
                target.refresh();
                forgetWhatOthersSetAside(target, statement);
                isCommitted = tryCommit(target, cutOf.apply(target), condition, tablesOf(statement, condition));
            }
            staged -= statement.executeUpdate("DELETE FROM %s WHERE %s".formatted(Sql.identifier(STAGE), condition));
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private Table target() {
        Table present = table;
        if (present == null) {
            present = lake.find(TABLE).orElseGet(() -> QuarantineTables.create(lake, TABLE, QuarantineTables.RECORDS));
            table = present;
        }
        return present;
    }

    private List<String> tablesOf(Statement statement, String condition) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet names = statement.executeQuery(
                "SELECT DISTINCT table_name FROM %s WHERE %s".formatted(Sql.identifier(STAGE), condition))) {
            while (names.next()) {
                tables.add(names.getString(1));
            }
        }
        return tables;
    }

    private boolean tryCommit(Table target, Cut cut, String condition, List<String> tables) {
        List<DataFile> files = write(target, cut, condition);
        if (files.isEmpty()) {
            return true;
        }
        try {
            long landed = ChangeLogCommit.appendOnto(
                            target, target.currentSnapshot(), files, cut, WritersCuts.property(tables))
                    .snapshotId();
            target.refresh();
            own.add(target.snapshot(landed).sequenceNumber());
            return true;
        } catch (HeadMovedException e) {
            return false;
        }
    }

    /**
     * A writer that was taken over may set the same records aside, and more than this one has come to: nobody can stop
     * it here, nor has to. So whatever others have added since this was opened is looked at each time.
     */
    private void forgetWhatOthersSetAside(Table target, Statement statement) throws SQLException {
        Snapshot head = target.currentSnapshot();
        if (head == null || head.sequenceNumber() - openedAt == own.size()) {
            return;
        }
        Scan scan = Scan.of(target, head.snapshotId());
        List<FileScanTask> others = Workbench.plan(scan).stream()
                .filter(task -> isOfOthers(task.file().dataSequenceNumber()))
                .toList();
        if (others.isEmpty()) {
            return;
        }
        try (TableView held = workbench.view(connection, "firn:quarantine:held", scan, others)) {
            staged -= statement.executeUpdate(
                    "DELETE FROM %s WHERE (topic, partition, \"offset\") IN (SELECT (topic, partition, \"offset\") FROM %s)"
                            .formatted(Sql.identifier(STAGE), Sql.identifier(held.name())));
        }
    }

    private boolean isOfOthers(long sequenceNumber) {
        return sequenceNumber > openedAt && !own.contains(sequenceNumber);
    }

    private List<DataFile> write(Table target, Cut cut, String condition) {
        ParquetOut out = new ParquetOut(target, "cut-" + cut.number(), FileSettings.of(target), temporary);
        String select = "SELECT %s, %d::BIGINT AS cut FROM %s WHERE %s"
                .formatted(COLUMNS, cut.number(), Sql.identifier(STAGE), condition);
        return out.write(connection, select).stream().toList();
    }

    private void closeAppender() throws SQLException {
        if (appender != null) {
            appender.close();
            appender = null;
        }
    }

    private void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static FirnException failed(SQLException cause) {
        return FirnException.internal("rejected records could not be kept", cause);
    }
}
