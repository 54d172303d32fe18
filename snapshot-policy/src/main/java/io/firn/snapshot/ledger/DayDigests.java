package io.firn.snapshot.ledger;

import io.firn.workbench.AsOf;
import io.firn.workbench.Digest;
import io.firn.workbench.DigestColumn;
import io.firn.workbench.DigestSql;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;

/** What a table and its change log held, in numbers. */
final class DayDigests {
    private final Workbench workbench;

    DayDigests(Workbench workbench) {
        this.workbench = workbench;
    }

    Digest of(Table table, long snapshotId) {
        return workbench.digest(Scan.of(table, (Long) snapshotId));
    }

    /** What the change log holds of the cuts after one up to another, and how much of it is from before an instant. */
    record Logged(Digest digest, long late) {}

    Logged changes(Table log, long afterCut, long upToCut, int schemaId, Instant dayBegan) {
        Schema schema = Objects.requireNonNull(log.schemas().get(schemaId), "schema " + schemaId);
        Scan scan = Scan.of(log, new AsOf.Head()).as(schema);
        List<FileScanTask> files = LogFiles.between(log, afterCut, upToCut).files();
        String condition = "_cut > %d AND _cut <= %d".formatted(afterCut, upToCut);
        try (DuckDBConnection connection = workbench.duck().connect();
                TableView view = workbench.view(connection, "firn:logged", scan, files);
                Statement statement = connection.createStatement()) {
            String relation = "(SELECT * FROM %s WHERE %s)".formatted(Sql.identifier(view.name()), condition);
            Digest digest = Digest.query(connection, DigestSql.DUCKDB.sql(DigestColumn.of(schema), relation));
            try (ResultSet late =
                    statement.executeQuery("SELECT count(*) FROM %s WHERE _op <> 'r' AND _source_ts < TIMESTAMPTZ %s"
                            .formatted(relation, Sql.literal(dayBegan.toString())))) {
                late.next();
                return new Logged(digest, late.getLong(1));
            }
        } catch (SQLException e) {
            throw DuckFailures.translate("computing the digest of " + log.name(), e);
        }
    }
}
