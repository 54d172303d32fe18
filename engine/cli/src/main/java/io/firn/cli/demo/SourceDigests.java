package io.firn.cli.demo;

import io.firn.catalog.Lake;
import io.firn.demo.ShopTable;
import io.firn.workbench.AsOf;
import io.firn.workbench.Digest;
import io.firn.workbench.DigestColumn;
import io.firn.workbench.DigestSql;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;

/** The digest of each shop table, computed in PostgreSQL or over the lake. */
final class SourceDigests {
    private SourceDigests() {}

    /** @param lake gives the columns' types; its tables must exist */
    static Map<ShopTable, Digest> inPostgres(Lake lake, Connection postgres) throws SQLException {
        Map<ShopTable, Digest> digests = new EnumMap<>(ShopTable.class);
        for (ShopTable table : ShopTable.values()) {
            List<DigestColumn> columns =
                    DigestColumn.of(lake.table(table.table()).schema());
            digests.put(table, Digest.query(postgres, DigestSql.POSTGRESQL.sql(columns, table.qualified())));
        }
        return digests;
    }

    static Map<ShopTable, Digest> inLake(Lake lake, Workbench workbench, AsOf moment) throws SQLException {
        Map<ShopTable, Digest> digests = new EnumMap<>(ShopTable.class);
        try (DuckDBConnection connection = workbench.duck().connect()) {
            for (ShopTable shopTable : ShopTable.values()) {
                Table table = lake.table(shopTable.table());
                try (TableView view = workbench.view(connection, shopTable.table(), Scan.of(table, moment))) {
                    String sql = DigestSql.DUCKDB.sql(DigestColumn.of(table.schema()), Sql.identifier(view.name()));
                    digests.put(shopTable, Digest.query(connection, sql));
                }
            }
        }
        return digests;
    }
}
