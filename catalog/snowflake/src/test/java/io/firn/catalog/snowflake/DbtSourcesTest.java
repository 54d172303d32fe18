package io.firn.catalog.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class DbtSourcesTest {

    @Test
    void keysAreTestsAndTheLogSaysHowFreshItIs(@TempDir Path folder) throws IOException {
        LakeTable price = Atlas.table(
                "price",
                new Schema(
                        List.of(
                                Types.NestedField.required(1, "product_id", Types.LongType.get()),
                                Types.NestedField.required(2, "market", Types.StringType.get())),
                        Set.of(1, 2)));
        String yaml = new DbtSources(Atlas.site(folder, Atlas.GLUE, ""))
                .yaml(List.of(Atlas.product(), Atlas.changes(), price));

        assertThat(new Load(LoadSettings.builder().build()).loadFromString(yaml))
                .isEqualTo(Map.of(
                        "version",
                        2,
                        "sources",
                        List.of(Map.of(
                                "name",
                                "atlas",
                                "database",
                                "ATLAS",
                                "schema",
                                "ATLAS",
                                "tables",
                                List.of(
                                        Map.of(
                                                "name", "product",
                                                "identifier", "PRODUCT",
                                                "description", "Rows as they are now, one for each key.",
                                                "columns",
                                                        List.of(Map.of(
                                                                "name",
                                                                "product_id",
                                                                "data_tests",
                                                                List.of("not_null", "unique")))),
                                        Map.of(
                                                "name", "product_changes",
                                                "identifier", "PRODUCT_CHANGES",
                                                "description", "Every change, append-only.",
                                                "loaded_at_field", "_INGESTED_AT",
                                                "freshness",
                                                        Map.of(
                                                                "warn_after", Map.of("count", 15, "period", "minute"),
                                                                "error_after",
                                                                        Map.of("count", 60, "period", "minute"))),
                                        Map.of(
                                                "name", "price",
                                                "identifier", "PRICE",
                                                "description", "Rows as they are now, one for each key.",
                                                "data_tests",
                                                        List.of(Map.of(
                                                                "dbt_utils.unique_combination_of_columns",
                                                                Map.of(
                                                                        "combination_of_columns",
                                                                        List.of("product_id", "market")))),
                                                "columns",
                                                        List.of(
                                                                Map.of(
                                                                        "name",
                                                                        "product_id",
                                                                        "data_tests",
                                                                        List.of("not_null")),
                                                                Map.of(
                                                                        "name",
                                                                        "market",
                                                                        "data_tests",
                                                                        List.of("not_null")))))))));
    }
}
