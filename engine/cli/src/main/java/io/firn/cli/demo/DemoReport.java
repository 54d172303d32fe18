package io.firn.cli.demo;

import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.RedisConfig;
import io.firn.cli.demo.Demo.Books;
import io.firn.cli.demo.DemoResult.Check;
import io.firn.cli.demo.DemoResult.Figure;
import io.firn.cli.demo.DemoResult.PriceChange;
import io.firn.cli.demo.DemoResult.PriceOnTwoDays;
import io.firn.cli.demo.DemoResult.TableLine;
import io.firn.cli.terminal.Progress;
import io.firn.compactor.Compaction;
import io.firn.compactor.CompactionResult;
import io.firn.demo.ShopTable;
import io.firn.engine.redis.Coverage;
import io.firn.engine.redis.Projector;
import io.firn.engine.redis.Verification;
import io.firn.workbench.AsOf;
import io.firn.workbench.Digest;
import io.firn.workbench.Scan;
import io.firn.workbench.Workbench;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;
import redis.clients.jedis.RedisClient;

/** Compacts, projects and compares, and collects what there is to show. */
final class DemoReport {
    private final Lake lake;
    private final Workbench workbench;
    private final FirnConfig config;
    private final Books books;
    private final Stopwatch stopwatch;
    private final Progress progress;
    private final List<Check> checks = new ArrayList<>();

    DemoReport(Lake lake, Workbench workbench, FirnConfig config, Books books, Stopwatch stopwatch, Progress progress) {
        this.lake = lake;
        this.workbench = workbench;
        this.config = config;
        this.books = books;
        this.stopwatch = stopwatch;
        this.progress = progress;
    }

    DemoResult make(Path yaml, Connection postgres) throws SQLException {
        compareDays();
        List<CompactionResult> compacted = compact();
        List<TableLine> tables = compareHead(postgres, compacted);
        PriceOnTwoDays price = price();
        List<PriceChange> history = history(price);
        List<String> cached = project(price.product());
        return new DemoResult(yaml, tables, price, history, cached, figures(), checks);
    }

    private void check(String name, boolean held, String detail) {
        checks.add(new Check(name, held, detail));
    }

    private void compareDays() throws SQLException {
        progress.begin("comparing every closed day with the books");
        stopwatch.begin();
        for (LocalDate day : books.days()) {
            Map<ShopTable, Digest> lakeDay = SourceDigests.inLake(lake, workbench, new AsOf.Day(day));
            boolean equal = lakeDay.equals(books.at(day));
            check("%s in the lake is the day the books closed".formatted(day), equal, equal ? "" : lakeDay.toString());
        }
        stopwatch.end("days compared");
    }

    private List<CompactionResult> compact() {
        progress.begin("compacting");
        stopwatch.begin();
        List<CompactionResult> results = new ArrayList<>();
        try (Compaction compaction = Compaction.open(config.compaction(), config.workbench())) {
            for (ShopTable table : ShopTable.values()) {
                CompactionResult result = compaction.run(lake.table(table.table()));
                results.add(result);
                check(
                        "compacting %s is proven".formatted(table.table()),
                        result.failed().isEmpty(),
                        result.toString());
            }
        }
        stopwatch.end("compacted");
        return results;
    }

    private List<TableLine> compareHead(Connection postgres, List<CompactionResult> compacted) throws SQLException {
        progress.begin("comparing the lake with PostgreSQL");
        stopwatch.begin();
        Map<ShopTable, Digest> source = SourceDigests.inPostgres(lake, postgres);
        Map<ShopTable, Digest> head = SourceDigests.inLake(lake, workbench, new AsOf.Head());
        List<TableLine> lines = new ArrayList<>();
        for (ShopTable shopTable : ShopTable.values()) {
            Digest own = Objects.requireNonNull(source.get(shopTable));
            Digest lakes = Objects.requireNonNull(head.get(shopTable));
            CompactionResult result = compacted.get(shopTable.ordinal());
            int files = files(lake.table(shopTable.table()));
            lines.add(new TableLine(
                    shopTable.table(),
                    own.rows(),
                    lakes.rows(),
                    own.equals(lakes),
                    files - result.filesAfter() + result.filesBefore(),
                    files));
            check("%s equals PostgreSQL".formatted(shopTable.table()), own.equals(lakes), own + " and " + lakes);
        }
        stopwatch.end("lake compared with PostgreSQL");
        return lines;
    }

    private static int files(Table table) {
        return Integer.parseInt(Objects.requireNonNull(table.currentSnapshot())
                .summary()
                .getOrDefault(SnapshotSummary.TOTAL_DATA_FILES_PROP, "0"));
    }

    /** A price that is not the same at the end of the first and of the last day. */
    private PriceOnTwoDays price() throws SQLException {
        LocalDate first = books.days().get(0);
        LocalDate last = books.days().get(books.days().size() - 1);
        try (DuckDBConnection connection = workbench.duck().connect();
                Statement statement = connection.createStatement()) {
            Table table = lake.table(ShopTable.PRICE.table());
            workbench.view(connection, "first_day", Scan.of(table, new AsOf.Day(first)));
            workbench.view(connection, "last_day", Scan.of(table, new AsOf.Day(last)));
            try (ResultSet row = statement.executeQuery("""
                    SELECT product_id, market, f.amount, l.amount
                    FROM first_day f JOIN last_day l USING (product_id, market)
                    ORDER BY f.amount = l.amount, product_id, market LIMIT 1
                    """)) {
                row.next();
                return new PriceOnTwoDays(
                        row.getLong(1),
                        row.getString(2),
                        first.toString(),
                        row.getString(3),
                        last.toString(),
                        row.getString(4));
            }
        }
    }

    private List<PriceChange> history(PriceOnTwoDays price) throws SQLException {
        List<PriceChange> history = new ArrayList<>();
        try (DuckDBConnection connection = workbench.duck().connect()) {
            workbench.view(connection, "price_changes", Scan.of(lake.table("price_changes"), new AsOf.Head()));
            try (var statement = connection.prepareStatement("""
                    SELECT _source_ts::VARCHAR, _op, _before.amount::VARCHAR, amount::VARCHAR, _tx_id::VARCHAR
                    FROM price_changes WHERE product_id = ? AND market = ? ORDER BY _lsn
                    """)) {
                statement.setLong(1, price.product());
                statement.setString(2, price.market());
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        history.add(new PriceChange(
                                rows.getString(1), rows.getString(2), text(rows, 3), text(rows, 4), text(rows, 5)));
                    }
                }
            }
        }
        return history;
    }

    private static String text(ResultSet rows, int column) throws SQLException {
        return Objects.requireNonNullElse(rows.getString(column), "");
    }

    private List<String> project(long product) {
        progress.begin("projecting into Redis");
        stopwatch.begin();
        RedisConfig redis = Objects.requireNonNull(config.serving().redis());
        try (Projector projector = Projector.open(redis, lake, workbench)) {
            projector.catchUp();
            stopwatch.end("projected into Redis");
            for (String table : projector.tables()) {
                Verification found = projector.verify(table, new Coverage.All());
                check(
                        "Redis has every row of %s".formatted(table),
                        found.holds() && found.compared() > 0,
                        "%,d rows compared, %,d different".formatted(found.compared(), found.different()));
            }
        }
        return cached(redis, product);
    }

    private static List<String> cached(RedisConfig redis, long product) {
        try (RedisClient client = RedisClient.create(URI.create(redis.uri()))) {
            List<String> fields = new ArrayList<>();
            client.hgetAll("product:" + product).forEach((field, value) -> fields.add(field + "=" + value));
            fields.sort(null);
            return fields;
        }
    }

    private List<Figure> figures() {
        List<Figure> figures = new ArrayList<>(stopwatch.figures());
        figures.add(new Figure("changes written", "%,d".formatted(books.changes())));
        figures.add(new Figure(
                "of these while the shop traded", "%,d".formatted(books.counts().changes())));
        figures.add(new Figure("transaction-consistent cuts", "%,d".formatted(books.cuts())));
        return figures;
    }
}
