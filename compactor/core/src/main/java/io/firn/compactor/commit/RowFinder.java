package io.firn.compactor.commit;

import io.firn.catalog.FirnException;
import io.firn.compactor.layout.Lineage;
import io.firn.compactor.layout.Positions;
import io.firn.compactor.layout.Tasks;
import io.firn.compactor.rewrite.RewrittenGroup;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Finds rows of old files in the new ones. Only the wanted rows' identities are read from the old files: the row id
 * where the table has row lineage, else the key, else the whole row, of which any equal one will do.
 */
public final class RowFinder {
    private static final String OLD = "firn:remap:old";
    private static final String NEW = "firn:remap:new";
    private static final String WANTED = "firn:remap:wanted";
    private static final String TAKEN = "firn:remap:taken";
    private static final String PLACES = "(\"firn:file\" VARCHAR, \"firn:position\" BIGINT)";

    private final Table table;
    private final Workbench workbench;

    /** Looks for rows of a table in its old and new files. */
    public RowFinder(Table table, Workbench workbench) {
        this.table = table;
        this.workbench = workbench;
    }

    /** What is known of the rows that are looked for. */
    enum Wanted {
        ALL_ARE_THERE,
        SOME_ARE_THERE
    }

    /** A row's place. */
    record Place(String file, long position) {}

    /**
     * Finds rows.
     *
     * @param wanted rows of the group's old files by data file
     * @param taken rows of the new files that were found for other rows
     * @param known whether each of the wanted rows is in the new files
     * @return different places in the new files, none of them taken; as many as are wanted when all are there
     */
    List<Place> find(
            RewrittenGroup group,
            long snapshotId,
            Map<String, PositionDeleteIndex> wanted,
            Map<DataFile, PositionDeleteIndex> taken,
            Wanted known) {
        long rows = wanted.values().stream()
                .mapToLong(PositionDeleteIndex::cardinality)
                .sum();
        try (DuckDBConnection connection = workbench.duck().connect()) {
            fill(connection, WANTED, wanted);
            fill(connection, TAKEN, byLocation(taken));
            for (Identity identity : identities()) {
                List<Place> places = find(connection, group, snapshotId, wanted, identity);
                if (places.size() == rows || known == Wanted.SOME_ARE_THERE) {
                    return places;
                }
            }
        } catch (SQLException e) {
            throw DuckFailures.translate("carrying deletes over in " + table.name(), e);
        }
        throw FirnException.internal(
                "%d deleted rows of %s were not found, each once, in the files that replace theirs"
                        .formatted(rows, table.name()),
                null);
    }

    private static Map<String, PositionDeleteIndex> byLocation(Map<DataFile, PositionDeleteIndex> positions) {
        return positions.entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().location(), Map.Entry::getValue));
    }

    private static void fill(DuckDBConnection connection, String temporary, Map<String, PositionDeleteIndex> positions)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TEMP TABLE " + Sql.identifier(temporary) + " " + PLACES);
        }
        try (DuckDBAppender appender = connection.createAppender("temp", "main", temporary)) {
            for (Map.Entry<String, PositionDeleteIndex> entry : positions.entrySet()) {
                for (long position : Positions.list(entry.getValue())) {
                    appender.beginRow();
                    appender.append(entry.getKey());
                    appender.append(position);
                    appender.endRow();
                }
            }
        }
    }

    /**
     * What tells rows apart.
     *
     * @param columns to read
     * @param expressions over them
     * @param pairing what it means when several rows agree in all of the expressions
     */
    private record Identity(List<String> columns, List<String> expressions, Pairing pairing) {
        static Identity of(List<String> columns) {
            return new Identity(columns, columns.stream().map(Sql::identifier).toList(), Pairing.BY_IDENTITY);
        }

        /** 128 bits of hash, since not every type can be joined on. */
        static Identity wholeRow(List<String> columns) {
            String names = Sql.identifiers(columns);
            return new Identity(
                    columns,
                    List.of("hash(" + names + ")", "hash('firn', " + names + ")"),
                    Pairing.BY_IDENTITY_AND_NUMBER);
        }

        String names() {
            return IntStream.range(0, expressions.size())
                    .mapToObj(i -> Sql.identifier("firn:identity:" + i))
                    .collect(Collectors.joining(", "));
        }

        String named() {
            return IntStream.range(0, expressions.size())
                    .mapToObj(i -> expressions.get(i) + " AS " + Sql.identifier("firn:identity:" + i))
                    .collect(Collectors.joining(", "));
        }
    }

    private enum Pairing {
        /** Then the identity does not tell them apart, which shows by their number. */
        BY_IDENTITY,
        /** Then any of them will do. */
        BY_IDENTITY_AND_NUMBER
    }

    private List<Identity> identities() {
        if (Lineage.of(table) == Lineage.PRESENT) {
            return List.of(Identity.of(List.of(Scan.ROW_ID)));
        }
        List<Identity> identities = new ArrayList<>();
        List<String> key = table.schema().identifierFieldIds().stream()
                .map(id -> table.schema().asStruct().field(id))
                .filter(field -> field != null)
                .map(NestedField::name)
                .toList();
        if (!key.isEmpty()) {
            identities.add(Identity.of(key));
        }
        identities.add(Identity.wholeRow(Lineage.userColumns(table)));
        return identities;
    }

    private List<Place> find(
            DuckDBConnection connection,
            RewrittenGroup group,
            long snapshotId,
            Map<String, PositionDeleteIndex> wanted,
            Identity identity)
            throws SQLException {
        List<FileScanTask> old = group.group().files().stream()
                .filter(file -> wanted.containsKey(file.path()))
                .map(file -> Tasks.of(table, file.file()))
                .toList();
        List<FileScanTask> young =
                group.outputs().stream().map(file -> Tasks.of(table, file)).toList();
        Scan scan = new Scan(table, snapshotId, table.schema(), identity.columns(), Expressions.alwaysTrue())
                .with(Scan.FILE, Scan.POSITION);
        try (TableView oldRows = workbench.view(connection, OLD, scan, old);
                TableView newRows = workbench.view(connection, NEW, scan, young);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(search(oldRows, newRows, identity))) {
            List<Place> places = new ArrayList<>();
            while (rows.next()) {
                places.add(new Place(rows.getString(1), rows.getLong(2)));
            }
            return places;
        }
    }

    private static String search(TableView oldRows, TableView newRows, Identity identity) {
        String pairing = identity.pairing() == Pairing.BY_IDENTITY ? identity.names() : identity.names() + ", nth";
        return """
                WITH gone AS (
                    SELECT *, row_number() OVER (PARTITION BY %1$s) AS nth FROM (
                        SELECT %2$s FROM %3$s o JOIN %4$s w
                        ON o._file = w."firn:file" AND o._pos = w."firn:position")),
                candidates AS (
                    SELECT _file, _pos, %2$s FROM %5$s n ANTI JOIN %6$s t
                    ON n._file = t."firn:file" AND n._pos = t."firn:position"),
                met AS (
                    SELECT *, row_number() OVER (PARTITION BY %1$s) AS nth FROM candidates SEMI JOIN gone USING (%1$s))
                SELECT met._file, met._pos FROM met JOIN gone USING (%7$s)
                """.formatted(
                        identity.names(),
                        identity.named(),
                        Sql.identifier(oldRows.name()),
                        Sql.identifier(WANTED),
                        Sql.identifier(newRows.name()),
                        Sql.identifier(TAKEN),
                        pairing);
    }
}
