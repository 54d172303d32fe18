package io.firn.engine.seed;

import io.firn.catalog.FirnException;
import io.firn.dq.rule.RowRules;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;

/**
 * Writes rows that came from the source, and pass the table's rules, as sorted data files of the lake's table. Used by
 * one thread.
 */
final class RowsOut {
    private final Table table;
    private final DuckDBConnection connection;
    private final ParquetOut out;
    private final RowRules rules;
    private final long mostBroken;

    /**
     * @param operation begins the name of every file
     * @param temporary where files wait that go to a store other than the local disk
     * @param rules a row that breaks one which sets rows aside is not written
     * @param mostBroken how many such rows are told at most, of more there may be
     */
    RowsOut(
            Table table,
            DuckDBConnection connection,
            String operation,
            Path temporary,
            RowRules rules,
            long mostBroken) {
        this.table = table;
        this.connection = connection;
        this.out = new ParquetOut(table, operation, FileSettings.of(table), temporary);
        this.rules = rules;
        this.mostBroken = mostBroken;
    }

    /** What was written, and what was not. */
    record Written(List<DataFile> files, List<Misfit> misfits) {}

    /** @param columns the fields of each row */
    Written write(List<NestedField> columns, CsvChunks rows) {
        if (rows.rows() == 0) {
            return new Written(List.of(), List.of());
        }
        CsvRelation relation = new CsvRelation(columns, rows);
        List<DataFile> files;
        try {
            files = write(passing(relation.strict()));
        } catch (FirnException strict) {
            if (!isAboutAValue(strict)) {
                throw strict;
            }
            return separately(relation, strict);
        }
        long written = files.stream().mapToLong(DataFile::recordCount).sum();
        return rules.setAny() && written < rows.rows()
                ? new Written(files, setAside(relation, rows.rows() - written))
                : new Written(files, List.of());
    }

    private String passing(String relation) {
        return rules.setAny() ? "(SELECT * FROM %s WHERE NOT %s)".formatted(relation, rules.setAside()) : relation;
    }

    /** Only rows that are missing in what was written are looked for, which most parts have none of. */
    private List<Misfit> setAside(CsvRelation relation, long missing) {
        try (Statement statement = connection.createStatement()) {
            List<Misfit> misfits = new ArrayList<>(relation.misfits(statement));
            List<Misfit> broken = relation.broken(statement, rules, mostBroken);
            misfits.addAll(broken);
            if (misfits.size() != missing && broken.size() < mostBroken) {
                throw FirnException.internal(
                        "%,d rows of %s are neither written nor set aside"
                                .formatted(missing - misfits.size(), table.name()),
                        new IllegalStateException("rules"));
            }
            return misfits;
        } catch (SQLException e) {
            throw DuckFailures.translate("asking the rules of " + table.name(), e);
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
            misfits = new ArrayList<>(relation.misfits(statement));
            if (misfits.isEmpty()) {
                throw strict;
            }
            if (rules.setAny()) {
                misfits.addAll(relation.broken(statement, rules, mostBroken));
            }
        } catch (SQLException e) {
            throw DuckFailures.translate("reading rows for " + table.name(), e);
        }
        return new Written(write(passing(relation.fitting())), misfits);
    }
}
