package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.PostgresConfig;
import io.firn.cli.terminal.Progress;
import io.firn.cli.terminal.RowWriter;
import io.firn.cli.wiring.PostgresTables;
import io.firn.dq.verify.Verification;
import io.firn.dq.verify.Verify;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn verify}. */
@Command(
        name = "verify",
        header = "Compares the lake with PostgreSQL, row by row, by digest.",
        description = "Each side computes its own digest; where they differ, the differing keys and columns are found."
                + " Compares the lake's head with the present moment of PostgreSQL: run it after ingest"
                + " --until-caught-up, while the source rests. Reports, and repairs nothing.",
        footer = "  firn -c shop/firn.yaml verify product price")
final class VerifyCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "TABLE", arity = "0..*", description = "Tables to compare; all when none is named.")
    private List<String> tables = List.of();

    @Option(
            names = "--most-differences",
            paramLabel = "N",
            description = "Differing rows to show for each table (default: ${DEFAULT-VALUE}).",
            defaultValue = "10")
    private int mostDifferences;

    VerifyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        List<String> names = TableArguments.of(config, tables);
        PostgresConfig postgres = Objects.requireNonNullElseGet(config.source().postgres(), () -> {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID, "source.postgres is missing: verify compares the lake with PostgreSQL");
        });
        if (mostDifferences < 1) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID, "--most-differences must be positive but was " + mostDifferences);
        }
        List<String> unequal = compare(config, names, postgres);
        if (!unequal.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CHECK_FAILED, unequal);
        }
        return 0;
    }

    private List<String> compare(FirnConfig config, List<String> names, PostgresConfig postgres) {
        List<String> unequal = new ArrayList<>();
        try (Progress progress = session.progress();
                Lake lake = Lake.open(config.lake());
                DuckDatabase database = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(database, config.workbench());
                Connection source = PostgresTables.connect(postgres);
                RowWriter rows = session.rows("table", "postgresql_rows", "lake_rows", "equal", "digest")) {
            Verify verify = new Verify(workbench, mostDifferences);
            for (String name : names) {
                progress.begin("comparing " + name);
                Verification found = compare(verify, lake.table(name), source, config, name);
                rows.row(List.of(
                        name,
                        found.postgres().rows(),
                        found.lake().rows(),
                        found.equal(),
                        found.lake().toString()));
                describe(name, found, unequal);
            }
        } catch (SQLException e) {
            throw new FirnException(
                    ErrorCode.SOURCE_UNAVAILABLE, "source.postgres cannot be read: " + e.getMessage(), e);
        }
        return unequal;
    }

    private static Verification compare(Verify verify, Table table, Connection source, FirnConfig config, String name) {
        Snapshot head = table.currentSnapshot();
        String sourceTable = Objects.requireNonNull(config.tables().get(name)).source();
        return verify.compare(table, head == null ? null : (Long) head.snapshotId(), source, sourceTable);
    }

    private static void describe(String name, Verification found, List<String> unequal) {
        found.columnsOnlyInSource()
                .forEach(column -> unequal.add("%s: the lake has no column %s".formatted(name, column)));
        found.differences().forEach(row -> unequal.add("%s: %s".formatted(name, row)));
        if (!found.equal() && found.moreDifferences()) {
            unequal.add("%s: there are more differences than these".formatted(name));
        }
        if (!found.equal()
                && found.differences().isEmpty()
                && found.columnsOnlyInSource().isEmpty()) {
            unequal.add("%s: the digests differ".formatted(name));
        }
    }
}
