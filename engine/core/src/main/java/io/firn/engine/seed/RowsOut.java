package io.firn.engine.seed;

import io.firn.catalog.FirnException;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;

/** Writes rows that came from the source as sorted data files of the lake's table. Used by one thread. */
final class RowsOut {
    private final Table table;
    private final DuckDBConnection connection;
    private final ParquetOut out;

    /**
     * @param operation begins the name of every file
     * @param temporary where files wait that go to a store other than the local disk
     */
    RowsOut(Table table, DuckDBConnection connection, String operation, Path temporary) {
        this.table = table;
        this.connection = connection;
        this.out = new ParquetOut(table, operation, FileSettings.of(table), temporary);
    }

    /** What was written, and what could not be. */
    record Written(List<DataFile> files, List<Misfit> misfits) {}

    /** @param columns the fields of each row */
    Written write(List<NestedField> columns, CsvChunks rows) {
        if (rows.rows() == 0) {
            return new Written(List.of(), List.of());
        }
        CsvRelation relation = new CsvRelation(columns, rows);
        try {
            return new Written(write(relation.strict()), List.of());
        } catch (FirnException strict) {
            if (!isAboutAValue(strict)) {
                throw strict;
            }
            return separately(relation, strict);
        }
    }

    private List<DataFile> write(String relation) {
        return table.spec().isUnpartitioned()
                ? out.writeRun(connection, table.spec(), null, relation)
                : out.writePartitioned(connection, relation, null);
    }

    private static boolean isAboutAValue(FirnException failure) {
        String message = failure.getCause() instanceof SQLException cause ? String.valueOf(cause.getMessage()) : "";
        return message.startsWith("Conversion Error") || message.startsWith("Invalid Input Error");
    }

    private Written separately(CsvRelation relation, FirnException strict) {
        List<Misfit> misfits;
        try (Statement statement = connection.createStatement()) {
            misfits = relation.misfits(statement);
        } catch (SQLException e) {
            throw DuckFailures.translate("reading rows for " + table.name(), e);
        }
        if (misfits.isEmpty()) {
            throw strict;
        }
        return new Written(write(relation.fitting()), misfits);
    }
}
