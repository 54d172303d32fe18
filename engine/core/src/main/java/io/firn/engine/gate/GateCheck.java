package io.firn.engine.gate;

import io.firn.catalog.SourceTable;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.TableConfig;
import io.firn.dq.rule.RowRules;
import io.firn.dq.rule.RuleCheck;
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
        TableDefinition definition = TableDefinition.of(name, table, source);
        return new RuleCheck(connection, name, definition.currentSchema().columns())
                .problems(RowRules.of(table.gate()));
    }
}
