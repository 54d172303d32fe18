package io.firn.engine.index;

import io.firn.catalog.FirnException;
import io.firn.workbench.FileStage;
import io.firn.workbench.FileStage.Staged;
import io.firn.workbench.ParquetColumns;
import io.firn.workbench.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;

/** Reads the keys of data files, with each row's place and, where the file stores it, its lineage id. */
final class KeyReader {
    private static final int MAX_DIGITS = 38;

    private final DuckDBConnection connection;
    private final KeyEncoder encoder;
    private final FileIO io;
    private final FileStage stage;

    /**
     * @param io reads the table's files
     * @param stage brings them to where DuckDB can read them
     */
    KeyReader(DuckDBConnection connection, KeyEncoder encoder, FileIO io, FileStage stage) {
        this.connection = connection;
        this.encoder = encoder;
        this.io = io;
        this.stage = stage;
    }

    /** Is told each row of a file. */
    @FunctionalInterface
    interface Visitor {
        /** @return whether to go on */
        boolean row(byte[] key, long position, long storedRowId);
    }

    /**
     * Shows the rows in the order of the file.
     *
     * @return whether all were shown
     */
    boolean read(LiveFile file, Visitor visitor) {
        return read(file, "", visitor);
    }

    /**
     * Shows the rows in the order of their encoded keys, and rows of equal keys in the order of the file. Only for keys
     * that {@linkplain KeyEncoder#sortsInSql sort in SQL}.
     *
     * @return whether all were shown
     */
    boolean readInKeyOrder(LiveFile file, Visitor visitor) {
        String keys = IntStream.range(0, encoder.size()).mapToObj(encoder::name).collect(Collectors.joining(", "));
        return read(file, " ORDER BY %s, file_row_number".formatted(keys), visitor);
    }

    /** Shows the rows at some positions, in the order of the file. */
    void readAt(LiveFile file, PositionDeleteIndex positions, Visitor visitor) {
        StringJoiner places = new StringJoiner(", ", " WHERE file_row_number IN (", ")");
        positions.forEach(position -> places.add(Long.toString(position)));
        read(file, places.toString(), visitor);
    }

    /** @return another connection to the same database, which the caller closes */
    DuckDBConnection connect() {
        try {
            return connection.duplicate();
        } catch (SQLException e) {
            throw FirnException.internal("DuckDB refused another connection", e);
        }
    }

    /** @return one that uses another connection */
    KeyReader on(DuckDBConnection other) {
        return new KeyReader(other, encoder, io, stage);
    }

    private boolean read(LiveFile file, String order, Visitor visitor) {
        try (Staged staged = stage.stage(io, List.of(file.file()));
                Statement statement = connection.createStatement()) {
            return read(statement, query(Sql.literal(staged.path(file.location()))) + order, visitor);
        } catch (SQLException e) {
            throw FirnException.internal("the keys of " + file.location() + " could not be read", e);
        }
    }

    private boolean read(Statement statement, String query, Visitor visitor) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                if (!visitor.row(encoder.encode(rows, 3), rows.getLong(1), rows.getLong(2))) {
                    return false;
                }
            }
            return true;
        }
    }

    private String query(String path) {
        String keys = IntStream.range(0, encoder.size())
                .mapToObj(i -> encoder.expression(i, encoder.name(i)))
                .collect(Collectors.joining(", "));
        List<NestedField> fields = new ArrayList<>();
        encoder.columns().forEach(column -> fields.add(widest(column)));
        fields.add(MetadataColumns.ROW_ID);
        return "SELECT file_row_number, coalesce(%s, %d), %s FROM read_parquet(%s, %s)"
                .formatted(
                        MetadataColumns.ROW_ID.name(), RowAddress.INHERITED, keys, path, ParquetColumns.option(fields));
    }

    /** A column may have been widened since the key was chosen; encoded keys do not tell the difference. */
    private static NestedField widest(NestedField column) {
        Type type = switch (column.type().typeId()) {
            case INTEGER -> Types.LongType.get();
            case DECIMAL -> Types.DecimalType.of(MAX_DIGITS, ((Types.DecimalType) column.type()).scale());
            default -> column.type();
        };
        return NestedField.optional(column.fieldId(), column.name(), type);
    }
}
