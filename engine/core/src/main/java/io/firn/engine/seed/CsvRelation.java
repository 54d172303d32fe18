package io.firn.engine.seed;

import io.firn.dq.rule.RowRules;
import io.firn.workbench.DuckTypes;
import io.firn.workbench.Sql;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * PostgreSQL's CSV as a relation of DuckDB with the lake's types. Null is an empty field without quotes. Bytes come as
 * {@code \x…}, lists and maps as JSON whose values are texts.
 *
 * <p>The strict form fails on the first value that its column cannot hold. The lenient one sets such rows apart; it is
 * slower, so it is for parts in which the strict one failed.
 */
final class CsvRelation {
    private static final int DEFAULT_LONGEST_ROW = 2 << 20;
    private static final String ROW = Sql.identifier("firn:row");
    private static final String LEAST_DATE = "0001-01-01";
    private static final String GREATEST_DATE = "9999-12-31";
    private static final String LEAST_TIME = "0001-01-01 00:00:00";
    private static final String GREATEST_TIME = "9999-12-31 23:59:59.999999";

    private final List<NestedField> columns;
    private final List<Path> files;
    private final int longestRow;

    CsvRelation(List<NestedField> columns, CsvChunks chunks) {
        this.columns = List.copyOf(columns);
        this.files = chunks.files();
        this.longestRow = chunks.longestRow();
    }

    /** @return columns of a select without rows */
    static String nothing(List<NestedField> columns) {
        return columns.stream()
                .map(column ->
                        "CAST(NULL AS %s) AS %s".formatted(DuckTypes.of(column.type()), Sql.identifier(column.name())))
                .collect(Collectors.joining(", "));
    }

    /** @return a select in parentheses that fails on a value that does not fit */
    String strict() {
        String values = columns.stream()
                .map(column -> guarded(column) + " AS " + Sql.identifier(column.name()))
                .collect(Collectors.joining(", "));
        return "(SELECT %s FROM %s)".formatted(values, csv(false));
    }

    /** @return a select in parentheses of the rows whose values all fit */
    String fitting() {
        return "(SELECT %s FROM %s WHERE %s)".formatted(triedValues(), csv(true), everythingFits());
    }

    /**
     * @return a select in parentheses of all rows, with null for a value that does not fit. They are texts first, or
     *     DuckDB would let its reader convert them, which fails.
     */
    String all() {
        return "(WITH texts AS MATERIALIZED (SELECT * FROM %s) SELECT %s FROM texts)"
                .formatted(csv(true), triedValues());
    }

    private String triedValues() {
        return columns.stream()
                .map(column -> tried(column) + " AS " + Sql.identifier(column.name()))
                .collect(Collectors.joining(", "));
    }

    /** @return the other rows, each with the first value that does not fit */
    List<Misfit> misfits(Statement statement) throws SQLException {
        List<Misfit> misfits = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(selectMisfits())) {
            while (rows.next()) {
                misfits.add(new Misfit(rows.getString(1), rows.getString(2)));
            }
        }
        return misfits;
    }

    private String selectMisfits() {
        String reason = columns.stream()
                .map(column -> "WHEN NOT (%s) THEN %s || ' is ' || %s || ', which its type %s cannot hold'"
                        .formatted(
                                fits(column), Sql.literal(column.name()), Sql.identifier(column.name()), column.type()))
                .collect(Collectors.joining(" ", "CASE ", " END"));
        return "SELECT %s, %s FROM %s WHERE NOT (%s)".formatted(reason, asJson(), csv(true), everythingFits());
    }

    private String asJson() {
        return columns.stream()
                .map(column -> Sql.literal(column.name()) + ", " + Sql.identifier(column.name()))
                .collect(Collectors.joining(", ", "CAST(json_object(", ") AS VARCHAR)"));
    }

    /**
     * Finds rows whose values all fit and that break a rule which sets rows aside.
     *
     * @param most how many are told
     */
    List<Misfit> broken(Statement statement, RowRules rules, long most) throws SQLException {
        List<Misfit> broken = new ArrayList<>();
        String fitting = "(SELECT %s, %s AS %s FROM %s WHERE %s)"
                .formatted(triedValues(), asJson(), ROW, csv(true), everythingFits());
        try (ResultSet rows = statement.executeQuery("SELECT %s, %s FROM %s WHERE %s LIMIT %d"
                .formatted(rules.first(), ROW, fitting, rules.setAside(), most))) {
            while (rows.next()) {
                broken.add(new Misfit(rules.rules().get(rows.getInt(1)).reason(), rows.getString(2)));
            }
        }
        return broken;
    }

    private String everythingFits() {
        return columns.stream().map(CsvRelation::fits).collect(Collectors.joining(" AND ", "(", ")"));
    }

    private static String fits(NestedField column) {
        return "(%s IS NULL OR (%s) IS NOT NULL)".formatted(Sql.identifier(column.name()), tried(column));
    }

    private String csv(boolean asText) {
        String types = columns.stream()
                .map(column ->
                        Sql.literal(column.name()) + ": " + Sql.literal(asText ? "VARCHAR" : read(column.type())))
                .collect(Collectors.joining(", ", "{", "}"));
        String paths = Sql.literals(files.stream().map(Path::toString).toList());
        return ("read_csv([%s], header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '',"
                        + " allow_quoted_nulls = false, columns = %s%s)")
                .formatted(paths, types, longRows());
    }

    private String longRows() {
        return longestRow < DEFAULT_LONGEST_ROW ? "" : ", max_line_size = %d".formatted(longestRow + 1024L);
    }

    /** The type as which DuckDB reads a column by itself. */
    private static String read(Type type) {
        return isText(type) ? "VARCHAR" : DuckTypes.of(type);
    }

    private static boolean isText(Type type) {
        return switch (type.typeId()) {
            case STRING, BINARY, FIXED, LIST, MAP, STRUCT -> true;
            default -> false;
        };
    }

    private static String guarded(NestedField column) {
        String name = Sql.identifier(column.name());
        return switch (column.type().typeId()) {
            case DATE, TIMESTAMP ->
                "CASE WHEN %1$s IS NULL OR %2$s THEN %1$s ELSE error(%3$s || CAST(%1$s AS VARCHAR)) END"
                        .formatted(name, inRange(name, column.type()), Sql.literal("no such time: "));
            default -> isText(column.type()) ? value(column) : name;
        };
    }

    private static String inRange(String sql, Type type) {
        if (type.typeId() == Type.TypeID.DATE) {
            return "%s BETWEEN DATE '%s' AND DATE '%s'".formatted(sql, LEAST_DATE, GREATEST_DATE);
        }
        String name = DuckTypes.of(type);
        String zone = name.equals("TIMESTAMPTZ") ? "+00" : "";
        return "%1$s BETWEEN %2$s '%3$s%5$s' AND %2$s '%4$s%5$s'".formatted(sql, name, LEAST_TIME, GREATEST_TIME, zone);
    }

    private static String value(NestedField column) {
        String name = Sql.identifier(column.name());
        return switch (column.type().typeId()) {
            case BINARY, FIXED -> "unhex(substr(%s, 3))".formatted(name);
            case LIST -> list(name, column.type().asListType().elementType());
            case MAP, STRUCT -> "CAST(CAST(%s AS JSON) AS %s)".formatted(name, DuckTypes.of(column.type()));
            default -> name;
        };
    }

    private static String list(String name, Type element) {
        String texts = "CAST(CAST(%s AS JSON) AS VARCHAR[])".formatted(name);
        return switch (element.typeId()) {
            case STRING -> texts;
            case BINARY, FIXED -> "list_transform(%s, lambda item: unhex(substr(item, 3)))".formatted(texts);
            default -> "CAST(%s AS %s[])".formatted(texts, DuckTypes.of(element));
        };
    }

    /** The value, or null where the text is none of the type. */
    private static String tried(NestedField column) {
        if (isText(column.type())) {
            return column.type().typeId() == Type.TypeID.STRING
                    ? Sql.identifier(column.name())
                    : "TRY(" + value(column) + ")";
        }
        String cast = "TRY_CAST(%s AS %s)".formatted(Sql.identifier(column.name()), DuckTypes.of(column.type()));
        return switch (column.type().typeId()) {
            case DATE, TIMESTAMP -> "CASE WHEN %s THEN %s END".formatted(inRange(cast, column.type()), cast);
            default -> cast;
        };
    }
}
