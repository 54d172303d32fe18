package io.firn.engine.debezium;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.PostgresSchemas;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.engine.seed.SeedPart;
import io.firn.engine.seed.SeedPlan;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Divides a table by where its rows lie: ranges of pages, for each partition by itself. Needs no index and reads every
 * page once.
 */
final class PartPlanner {
    /** Before version 14 a condition on the place of rows reads the whole table. */
    private static final int FIRST_VERSION_WITH_RANGES = 14;

    private static final long UNKNOWN_ROW_BYTES = 100;

    /** Each part is a commit, and every commit writes down all before it. */
    private static final long MOST_PARTS = 1000;

    private static final String LEAVES = """
            WITH named AS (SELECT to_regclass(?) AS oid), leaves AS (
                SELECT oid FROM named
                WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = named.oid AND c.relkind = 'p')
                UNION
                SELECT tree.relid FROM named, pg_partition_tree(named.oid) AS tree WHERE tree.isleaf)
            SELECT n.nspname, c.relname, coalesce(pg_relation_filenode(c.oid), 0), pg_relation_size(c.oid),
                   c.reltuples, c.relpages, current_setting('block_size')::bigint, c.relkind,
                   pg_table_size(c.oid)
            FROM leaves JOIN pg_class c ON c.oid = leaves.oid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind <> 'p'
            ORDER BY 1, 2
            """;

    private final long partBytes;

    /**
     * @param partBytes how much of a table is a part, long values included; more where a table is so large that these
     *     would be too many
     */
    PartPlanner(long partBytes) {
        this.partBytes = partBytes;
    }

    /**
     * A table, or a partition that holds rows.
     *
     * @param allBytes with long values, which lie elsewhere
     */
    private record Leaf(
            String schema,
            String name,
            long fileNode,
            long bytes,
            double rowsOnPages,
            long pages,
            long pageBytes,
            long allBytes) {
        long blocks() {
            return bytes / pageBytes;
        }

        /** How many pages have so many bytes of rows. */
        long blocksOf(long rowBytes) {
            return Math.max(1, (long) (blocks() * ((double) rowBytes / Math.max(bytes, allBytes))));
        }

        double rowsPerBlock() {
            boolean counted = rowsOnPages > 0 && pages > 0;
            return counted ? rowsOnPages / pages : (double) pageBytes / UNKNOWN_ROW_BYTES;
        }
    }

    SeedPlan plan(Connection connection, String table, String job) throws SQLException {
        SourceTable declared = declaration(connection, table);
        List<Leaf> leaves = leaves(connection, table);
        boolean canDivide = connection.getMetaData().getDatabaseMajorVersion() >= FIRST_VERSION_WITH_RANGES;
        List<SeedPart> parts = new ArrayList<>();
        long wholeBytes = leaves.stream().mapToLong(Leaf::allBytes).sum();
        long bytes = Math.max(partBytes, wholeBytes / MOST_PARTS);
        for (Leaf leaf : leaves) {
            long step = canDivide ? leaf.blocksOf(bytes) : Math.max(1, leaf.blocks());
            for (long from = 0; from < leaf.blocks(); from += step) {
                long to = Math.min(from + step, leaf.blocks());
                String place = new Pages(leaf.schema(), leaf.name(), from, canDivide ? to : -1).text();
                parts.add(new SeedPart(parts.size(), place, (long) ((to - from) * leaf.rowsPerBlock())));
            }
        }
        return new SeedPlan(job, shape(declared, leaves), parts);
    }

    static SourceTable declaration(Connection connection, String table) throws SQLException {
        return PostgresSchemas.read(connection, CopySql.relation(table))
                .map(found -> new SourceTable(table, found.columns(), found.key(), found.identity()))
                .orElseThrow(() -> new FirnException(
                        ErrorCode.SOURCE_MISCONFIGURED, "source.postgres: PostgreSQL has no table " + table));
    }

    /** @return what must be the same for parts to belong together: columns, and the files that hold the rows */
    String shape(Connection connection, String table) throws SQLException {
        return shape(declaration(connection, table), leaves(connection, table));
    }

    private static String shape(SourceTable table, List<Leaf> leaves) {
        String columns = table.columns().stream().map(SourceColumn::toString).collect(Collectors.joining(";"));
        String files = leaves.stream()
                .map(leaf -> leaf.schema() + "." + leaf.name() + "=" + leaf.fileNode())
                .collect(Collectors.joining(";"));
        return columns + "|" + files;
    }

    private static List<Leaf> leaves(Connection connection, String table) throws SQLException {
        List<Leaf> leaves = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(LEAVES)) {
            statement.setString(1, CopySql.relation(table));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (!rows.getString(8).equals("r")) {
                        throw new FirnException(
                                ErrorCode.SOURCE_MISCONFIGURED,
                                "source.postgres: %s.%s is no table that has its rows itself, so it cannot be loaded"
                                        .formatted(rows.getString(1), rows.getString(2)));
                    }
                    leaves.add(new Leaf(
                            rows.getString(1),
                            rows.getString(2),
                            rows.getLong(3),
                            rows.getLong(4),
                            rows.getDouble(5),
                            rows.getLong(6),
                            rows.getLong(7),
                            rows.getLong(9)));
                }
            }
        }
        return leaves;
    }

    /**
     * Some pages of one relation.
     *
     * @param to the page after the last; negative for all pages
     */
    record Pages(String schema, String name, long from, long to) {
        private static final String SEPARATOR = "/";

        String text() {
            return from + SEPARATOR + to + SEPARATOR + schema.length() + SEPARATOR + schema + name;
        }

        static Pages parse(String text) {
            String[] fields = text.split(SEPARATOR, 4);
            int schemaLength = Integer.parseInt(fields[2]);
            return new Pages(
                    fields[3].substring(0, schemaLength),
                    fields[3].substring(schemaLength),
                    Long.parseLong(fields[0]),
                    Long.parseLong(fields[1]));
        }

        /** @return what follows FROM to read them */
        String from(String alias) {
            String relation = "ONLY %s %s".formatted(CopySql.relation(schema + "." + name), alias);
            return to < 0
                    ? relation
                    : "%s WHERE %s.ctid >= '(%d,0)'::tid AND %s.ctid < '(%d,0)'::tid"
                            .formatted(relation, alias, from, alias, to);
        }
    }
}
