package io.firn.dq.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.config.RuleSeverity;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.workbench.DuckDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleCheckTest {
    private static final List<NestedField> COLUMNS = List.of(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "price", Types.DecimalType.of(10, 2)),
            NestedField.optional(3, "currency", Types.StringType.get()));

    @TempDir
    Path folder;

    private List<String> problems(String expression) throws SQLException {
        WorkbenchConfig config = new WorkbenchConfig(256 << 20, 1, folder, 1 << 30, folder, 1 << 30, folder);
        try (DuckDatabase duck = DuckDatabase.open(config);
                DuckDBConnection connection = duck.connect()) {
            RowRule rule = new RowRule("good", expression, RuleSeverity.QUARANTINE, null);
            return new RuleCheck(connection, "product", COLUMNS).problems(new RowRules(List.of(rule)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "price >= 0",
                "price >= 0 -- never negative",
                "currency IN ('EUR', 'USD')",
                "length(currency) = 3 AND regexp_full_match(currency, '[A-Z]{3}')",
                "CASE WHEN price > 100 THEN currency = 'EUR' ELSE true END"
            })
    void whatIsTrueOrFalseForARowIsARule(String expression) throws SQLException {
        assertThat(problems(expression)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pric >= 0                   | names pric, which is not a column; did you mean price?
            price                       | must be true or false but is of type DECIMAL(10,2)
            price >= 0)                 | cannot be read: syntax error at or near ")"
            sum(price) > 0              | cannot be used: WHERE clause cannot contain aggregates!
            price > random()            | cannot be used: TRY can not be used in combination with a volatile function
            currency > 5                | cannot be used: Cannot compare values of type VARCHAR and type INTEGER_LITERAL - an explicit cast is required
            price IN (SELECT 1)         | must be one expression over the row's columns but was price IN (SELECT 1)
            true) FROM x WHERE (true    | must be one expression over the row's columns but was true) FROM x WHERE (true
            """)
    void anythingElseIsNot(String expression, String problem) throws SQLException {
        assertThat(problems(expression)).containsExactly("tables.product.rules.good.that " + problem);
    }

    @Test
    void aReasonIsOneLine() {
        assertThat(new RowRule("good", "price >= 0\n  AND price < 9", RuleSeverity.QUARANTINE, null).reason())
                .isEqualTo("rule good: price >= 0 AND price < 9");
    }

    @Test
    void aRuleStopsItsTableAtOnceOrAboveItsThreshold() {
        assertThat(new RowRule("r", "true", RuleSeverity.STOP, null).stopsAt(1)).isTrue();
        RowRule some = new RowRule("r", "true", RuleSeverity.QUARANTINE, 2L);
        assertThat(some.stopsAt(2)).isFalse();
        assertThat(some.stopsAt(3)).isTrue();
        assertThat(new RowRule("r", "true", RuleSeverity.WARN, 0L).stopsAt(3)).isFalse();
    }
}
