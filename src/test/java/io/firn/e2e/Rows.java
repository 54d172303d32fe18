package io.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Lake;
import io.firn.demo.ShopTable;
import io.firn.e2e.judge.Judge;
import io.firn.workbench.AsOf;
import io.firn.workbench.DigestColumn;
import io.firn.workbench.DigestSql;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;

/** Every row of a table as its canonical text, sorted: what PostgreSQL, DuckDB and Spark must agree on. */
final class Rows {
    private static final int SHOWN = 3;

    private Rows() {}

    /** Every table of the shop, as PostgreSQL has it now. */
    static Map<ShopTable, List<String>> inPostgres(Lake lake, Connection postgres) throws SQLException {
        Map<ShopTable, List<String>> rows = new EnumMap<>(ShopTable.class);
        for (ShopTable table : ShopTable.values()) {
            List<DigestColumn> columns =
                    DigestColumn.of(lake.table(table.table()).schema());
            rows.put(
                    table,
                    texts(postgres, "SELECT " + DigestSql.POSTGRESQL.rowText(columns) + " FROM " + table.qualified()));
        }
        return rows;
    }

    static List<String> inDuckDb(Table table, String name, Workbench workbench, AsOf moment) throws SQLException {
        try (DuckDBConnection connection = workbench.duck().connect();
                TableView view = workbench.view(connection, name, Scan.of(table, moment))) {
            String text = DigestSql.DUCKDB.rowText(DigestColumn.of(table.schema()));
            return texts(connection, "SELECT " + text + " FROM " + Sql.identifier(view.name()));
        }
    }

    /** @param version empty for the head, or {@code VERSION AS OF '…'} */
    static List<String> inSpark(Table table, String name, Judge judge, String version) {
        return judge.query("SELECT * FROM atlas." + name + " " + version).stream()
                .map(row -> SparkText.row(table.schema(), row))
                .sorted()
                .toList();
    }

    private static List<String> texts(Connection connection, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        texts.sort(null);
        return texts;
    }

    /** Both are sorted. The message shows the first rows that only one of them has. */
    static void assertSame(String what, List<String> actual, List<String> expected) {
        if (!actual.equals(expected)) {
            assertThat(List.of(without(actual, expected), without(expected, actual)))
                    .as(
                            "%s: %,d rows instead of %,d; the first unexpected and the first missing ones",
                            what, actual.size(), expected.size())
                    .isEqualTo(List.of(List.of(), List.of()));
        }
    }

    private static List<String> without(List<String> rows, List<String> others) {
        List<String> rest = new ArrayList<>(SHOWN);
        int other = 0;
        for (String row : rows) {
            while (other < others.size() && others.get(other).compareTo(row) < 0) {
                other++;
            }
            if (other < others.size() && others.get(other).equals(row)) {
                other++;
            } else if (rest.size() < SHOWN) {
                rest.add(row);
            }
        }
        return rest;
    }
}
