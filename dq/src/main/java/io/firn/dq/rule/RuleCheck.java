package io.firn.dq.rule;

import io.firn.catalog.config.Suggestion;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.DuckTypes;
import io.firn.workbench.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;

/** Finds what is wrong with a table's rules by asking DuckDB, without a row. */
public final class RuleCheck {
    private static final Pattern UNKNOWN_COLUMN = Pattern.compile("Referenced column \"(.*?)\" not found");

    private final DuckDBConnection connection;
    private final String table;
    private final List<NestedField> columns;

    /**
     * @param table the table's name in the configuration
     * @param columns of its rows
     */
    public RuleCheck(DuckDBConnection connection, String table, List<NestedField> columns) {
        this.connection = connection;
        this.table = table;
        this.columns = List.copyOf(columns);
    }

    /** Returns a line for each rule that cannot be used. */
    public List<String> problems(RowRules rules) {
        List<String> problems = new ArrayList<>();
        rules.rules()
                .forEach(rule -> problem(rule)
                        .ifPresent(problem ->
                                problems.add("tables.%s.rules.%s.that %s".formatted(table, rule.name(), problem))));
        return problems;
    }

    private Optional<String> problem(RowRule rule) {
        Optional<String> shape = shape(rule);
        return shape.isPresent() ? shape : meaning(rule);
    }

    /** It is one expression, and asks no other table. */
    private Optional<String> shape(RowRule rule) {
        String parsed = """
                SELECT j->>'$.error_message', json_array_length(j, '$.statements'),
                  json_array_length(j, '$.statements[0].node.select_list'), j->>'$.statements[0].node.from_table.type',
                  contains(j::VARCHAR, '"class":"SUBQUERY"')
                FROM (SELECT json_serialize_sql(%s)::JSON AS j)
                """.formatted(Sql.literal("SELECT (" + rule.expression() + "\n)"));
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(parsed)) {
            row.next();
            if (row.getString(1) != null) {
                return Optional.of("cannot be read: " + row.getString(1));
            }
            boolean isOne = row.getInt(2) == 1 && row.getInt(3) == 1 && "EMPTY".equals(row.getString(4));
            return isOne && !row.getBoolean(5)
                    ? Optional.empty()
                    : Optional.of("must be one expression over the row's columns but was " + rule.expression());
        } catch (SQLException e) {
            throw DuckFailures.translate("reading rule " + rule.name(), e);
        }
    }

    /** It is about this table's columns, and is true or false. */
    private Optional<String> meaning(RowRule rule) {
        String rows = columns.stream()
                .map(column ->
                        "CAST(NULL AS %s) AS %s".formatted(DuckTypes.of(column.type()), Sql.identifier(column.name())))
                .collect(Collectors.joining(", ", "(SELECT ", ")"));
        try {
            String type =
                    ask("SELECT column_type FROM (DESCRIBE SELECT (%s\n) FROM %s)".formatted(rule.expression(), rows));
            if (!type.equals("BOOLEAN")) {
                return Optional.of("must be true or false but is of type " + type);
            }
            ask("SELECT count(*) FROM %s WHERE %s".formatted(rows, rule.broken()));
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of(said(e));
        }
    }

    private String ask(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private String said(SQLException failure) {
        String message = String.valueOf(failure.getMessage());
        Matcher unknown = UNKNOWN_COLUMN.matcher(message);
        if (unknown.find()) {
            List<String> names = columns.stream().map(NestedField::name).toList();
            String name = unknown.group(1);
            return "names %s, which is not a column%s".formatted(name, Suggestion.phrase(name, names));
        }
        return "cannot be used: "
                + message.lines().findFirst().orElse("").replaceFirst("^(Binder|Catalog) Error: ", "");
    }
}
