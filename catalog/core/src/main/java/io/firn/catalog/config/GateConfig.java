package io.firn.catalog.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a table's rows have to pass on their way into the lake.
 *
 * @param rules by name, in the order of the file
 * @param columns the columns that do not go into the lake as they are
 * @param quarantineRate the share of one commit's changes, between 0 and 1, that may go to quarantine before the table
 *     stops; null for no such limit
 * @param key what hashes and tokens are made with; null where no column needs it
 */
public record GateConfig(
        Map<String, RuleConfig> rules,
        Map<String, ColumnPolicy> columns,
        @Nullable Double quarantineRate,
        @Nullable Secret key) {
    /** Everything passes as it is. */
    public static final GateConfig OPEN = new GateConfig(Map.of(), Map.of(), null, null);

    public GateConfig {
        rules = Collections.unmodifiableMap(new LinkedHashMap<>(rules));
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }
}
