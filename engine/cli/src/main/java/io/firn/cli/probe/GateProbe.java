package io.firn.cli.probe;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.PostgresSchemas;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.GateConfig;
import io.firn.catalog.config.PostgresConfig;
import io.firn.catalog.config.TableConfig;
import io.firn.engine.gate.GateCheck;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.DuckFailures;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.duckdb.DuckDBConnection;

/** Every row rule and column policy can be used with the columns that its table has in PostgreSQL. */
record GateProbe(FirnConfig config, PostgresConfig postgres) implements Supplier<String> {

    /** Whether any table wants anything of its rows. */
    static boolean isNeeded(FirnConfig config) {
        return config.tables().values().stream()
                .map(TableConfig::gate)
                .anyMatch(gate -> !gate.rules().isEmpty() || !gate.columns().isEmpty());
    }

    @Override
    public String get() {
        List<String> problems = problems(declarations());
        if (!problems.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CONFIG_INVALID, problems);
        }
        return "%d rules, %d columns with a policy".formatted(count(GateConfig::rules), count(GateConfig::columns));
    }

    private int count(Function<GateConfig, Map<String, ?>> wanted) {
        return config.tables().values().stream()
                .map(TableConfig::gate)
                .map(wanted)
                .mapToInt(Map::size)
                .sum();
    }

    private List<String> problems(Map<String, SourceTable> declarations) {
        List<String> problems = new ArrayList<>();
        try (DuckDatabase duck = DuckDatabase.open(config.workbench());
                DuckDBConnection connection = duck.connect()) {
            GateCheck check = new GateCheck(connection);
            declarations.forEach((name, source) -> problems.addAll(check.problems(name, config.table(name), source)));
            return problems;
        } catch (SQLException e) {
            throw DuckFailures.translate("checking rules", e);
        }
    }

    /** A table that is not there, or lacks its key, is reported by the database's own probe. */
    private Map<String, SourceTable> declarations() {
        Map<String, SourceTable> declarations = new LinkedHashMap<>();
        try (Connection connection = PostgresProbe.open(postgres)) {
            for (Map.Entry<String, TableConfig> table : config.tables().entrySet()) {
                PostgresSchemas.read(connection, table.getValue().source())
                        .filter(source -> hasKey(source, table.getValue()))
                        .ifPresent(source -> declarations.put(table.getKey(), source));
            }
            return declarations;
        } catch (SQLException e) {
            throw PostgresFailures.translate(postgres, e);
        }
    }

    private static boolean hasKey(SourceTable source, TableConfig table) {
        return source.columns().stream().map(SourceColumn::name).toList().containsAll(table.key());
    }
}
