package io.firn.engine.seed;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.LocalFileIO;
import io.firn.catalog.PostgresTypes;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.engine.seed.SeedSource.PartReader;
import io.firn.engine.seed.SeedSource.RowSink;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Sql;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Type;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Gives the rows of one file in the texts that PostgreSQL would give. */
final class FilePartReader implements PartReader {
    private final DuckDBConnection connection;
    private final Path folder;
    private final Function<String, FileIO> io;
    private final Function<String, String> shape;

    FilePartReader(DuckDatabase duck, Path folder, Function<String, FileIO> io, Function<String, String> shape) {
        this.connection = duck.connect();
        this.folder = folder;
        this.io = io;
        this.shape = shape;
    }

    @Override
    public void read(SourceTable table, SeedPlan plan, SeedPart part, RowSink sink) throws TableChangedException {
        if (!shape.apply(table.name()).equals(plan.shape())) {
            throw new TableChangedException("has other files than at the beginning");
        }
        Path fetched = fetch(part.place());
        Path texts = folder.resolve("file-" + UUID.randomUUID() + ".csv");
        try (Statement statement = connection.createStatement()) {
            String relation = FilesSeedSource.isParquet(part.place())
                    ? "read_parquet(%s)".formatted(Sql.literal(fetched.toString()))
                    : "read_csv(%s, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false)"
                            .formatted(Sql.literal(fetched.toString()));
            String select = select(table, relation, statement, part, sink);
            statement.execute("COPY (%s) TO %s (FORMAT csv, HEADER false, FORCE_QUOTE *, NULLSTR '')"
                    .formatted(select, Sql.literal(texts.toString())));
            hand(statement, texts, table, sink);
        } catch (SQLException e) {
            throw DuckFailures.translate("reading " + part.place(), e);
        } finally {
            delete(texts);
            if (!LocalFileIO.handles(part.place())) {
                delete(fetched);
            }
        }
    }

    private Path fetch(String location) {
        if (LocalFileIO.handles(location)) {
            return LocalFileIO.path(location);
        }
        Path file = folder.resolve("fetched-" + UUID.randomUUID());
        try (InputStream in = io.apply(location).newInputFile(location).newStream()) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new FirnException(
                    ErrorCode.STORAGE_FAILED, "%s cannot be read: %s".formatted(location, e.getMessage()), e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new FirnException(ErrorCode.STORAGE_FAILED, "%s cannot be deleted".formatted(file), e);
        }
    }

    private String select(SourceTable table, String relation, Statement statement, SeedPart part, RowSink sink)
            throws SQLException {
        Set<String> present = new HashSet<>();
        try (ResultSet columns = statement.executeQuery("DESCRIBE SELECT * FROM " + relation)) {
            while (columns.next()) {
                present.add(columns.getString(1));
            }
        }
        List<String> missing = table.columns().stream()
                .filter(column -> column.required() && !present.contains(column.name()))
                .map(SourceColumn::name)
                .toList();
        if (!missing.isEmpty()) {
            throw new FirnException(
                    ErrorCode.SCHEMA_INCOMPATIBLE,
                    "%s must have the columns of %s that cannot be null, but lacks %s"
                            .formatted(part.place(), table.name(), String.join(", ", missing)));
        }
        boolean isText = !FilesSeedSource.isParquet(part.place());
        List<String> values = new ArrayList<>();
        for (SourceColumn column : table.columns()) {
            String value = isText ? fromCsv(column) : text(column);
            values.add(
                    present.contains(column.name())
                            ? guarded(value, sink.guard(column.name()))
                            : "CAST(NULL AS VARCHAR)");
        }
        return "SELECT %s FROM %s".formatted(String.join(", ", values), relation);
    }

    private String guarded(String value, Optional<UnaryOperator<@Nullable String>> guard) throws SQLException {
        return guard.isEmpty() ? value : TextFunction.register(connection, guard.get()) + "(" + value + ")";
    }

    /** PostgreSQL writes arrays in braces; DuckDB reads them in brackets and quotes elements alike. */
    private static String fromCsv(SourceColumn column) {
        String name = Sql.identifier(column.name());
        return column.type().endsWith("[]")
                ? "CASE WHEN %1$s LIKE '{%%' THEN CAST(to_json(CAST('[' || substr(%1$s, 2, length(%1$s) - 2) || ']' AS VARCHAR[])) AS VARCHAR) ELSE %1$s END"
                        .formatted(name)
                : name;
    }

    private static String text(SourceColumn column) {
        String name = Sql.identifier(column.name());
        Type type = PostgresTypes.icebergType(column.type(), new AtomicInteger()::incrementAndGet);
        return switch (type.typeId()) {
            case BINARY, FIXED -> "'\\x' || hex(%s)".formatted(name);
            case LIST ->
                type.asListType().elementType().typeId() == Type.TypeID.BINARY
                        ? "CAST(to_json(list_transform(%s, lambda item: '\\x' || hex(item))) AS VARCHAR)"
                                .formatted(name)
                        : "CAST(to_json(CAST(%s AS VARCHAR[])) AS VARCHAR)".formatted(name);
            case MAP, STRUCT -> "CAST(to_json(%s) AS VARCHAR)".formatted(name);
            default -> "CAST(%s AS VARCHAR)".formatted(name);
        };
    }

    /** The longest row has to be known to whoever reads the texts. */
    private static void hand(Statement statement, Path texts, SourceTable table, RowSink sink) throws SQLException {
        String columns = table.columns().stream()
                .map(column -> Sql.literal(column.name()) + ": 'VARCHAR'")
                .collect(Collectors.joining(", ", "{", "}"));
        String length = table.columns().stream()
                .map(column -> "coalesce(2 * strlen(%s) + 3, 1)".formatted(Sql.identifier(column.name())))
                .collect(Collectors.joining(" + "));
        String measure =
                "SELECT count(*), coalesce(max(%s), 0) FROM read_csv(%s, header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, columns = %s)"
                        .formatted(length, Sql.literal(texts.toString()), columns);
        try (ResultSet row = statement.executeQuery(measure)) {
            row.next();
            sink.file(texts, row.getLong(1), (int) Math.min(Integer.MAX_VALUE, row.getLong(2)));
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw FirnException.internal("a connection could not be closed", e);
        }
    }
}
