package io.firn.engine.gate;

import io.firn.catalog.SourceTable;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.TableConfig;
import io.firn.dq.rule.RowRules;
import io.firn.dq.rule.RuleCheck;
import io.firn.engine.protect.Protection;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBConnection;

/** Finds what is wrong with what a configuration wants of a table's rows, before any row comes. */
public final class GateCheck {
    private final DuckDBConnection connection;

    public GateCheck(DuckDBConnection connection) {
        this.connection = connection;
    }

    /**
     * @param name the table's name in the configuration
     * @param source its columns
     * @return a line for each problem
     */
    public List<String> problems(String name, TableConfig table, SourceTable source) {
        Protection protection = Protection.of(name, table.gate());
        TableDefinition definition = TableDefinition.of(name, table, protection.declared(source));
        List<String> problems = new ArrayList<>(protection.problems(source));
        problems.addAll(
                new RuleCheck(connection, name, definition.currentSchema().columns())
                        .problems(RowRules.of(table.gate())));
        return problems;
    }
}
