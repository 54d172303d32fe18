package io.firn.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.snowflake.DayAccess;
import io.firn.catalog.snowflake.Ddl;
import io.firn.catalog.snowflake.SnowflakeSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules without Terraform: their syntax, what they refer to, how they call each other, whom they allow what. */
class TerraformTest {
    private static final Map<String, TerraformModule> MODULES = TerraformModule.all();
    private static final TerraformModule EXAMPLE = Objects.requireNonNull(MODULES.get("examples/atlasmart"));
    private static final Set<String> OF_A_CALL = Set.of("source", "version", "providers", "depends_on", "for_each");

    @Test
    void thereIsAModuleForEachPartOfADeployment() {
        assertThat(MODULES.keySet())
                .containsExactly(
                        "examples/atlasmart",
                        "terraform/modules/budget",
                        "terraform/modules/compute",
                        "terraform/modules/lake",
                        "terraform/modules/orchestration",
                        "terraform/modules/serving",
                        "terraform/modules/snowflake",
                        "terraform/modules/streaming");
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        MODULES.forEach((name, module) -> {
            Set<String> declared = module.declared();
            assertThat(module.references())
                    .as(name)
                    .allSatisfy(reference -> assertThat(reference)
                            .satisfies(used -> assertThat(used.startsWith("module.") || declared.contains(used))
                                    .as(name + " refers to " + used)
                                    .isTrue()));
        });
        assertThat(EXAMPLE.references())
                .contains("module.lake.warehouse", "var.postgres")
                .filteredOn(reference -> reference.startsWith("module."))
                .allSatisfy(reference -> {
                    String[] parts = reference.split("\\.", -1);
                    assertThat(called(parts[1]).outputs()).as(reference).contains(parts[2]);
                });
    }

    @Test
    void everyVariableIsUsed() {
        MODULES.forEach((name, module) -> assertThat(module.references())
                .as(name)
                .containsAll(module.variables().keySet().stream()
                        .map(variable -> "var." + variable)
                        .toList()));
    }

    @Test
    void modulesAreCalledWithWhatTheyNeedAndNothingElse() {
        assertThat(EXAMPLE.calls()).hasSize(7);
        EXAMPLE.calls().forEach((call, body) -> {
            Set<String> given = ((Map<?, ?>) Objects.requireNonNull(body))
                    .keySet().stream()
                            .map(String::valueOf)
                            .filter(name -> !OF_A_CALL.contains(name))
                            .collect(Collectors.toCollection(TreeSet::new));
            assertThat(given).as(call).containsAll(called(call).required());
            assertThat(called(call).variables().keySet()).as(call).containsAll(given);
        });
    }

    private static TerraformModule called(String call) {
        Map<?, ?> body = (Map<?, ?>) Objects.requireNonNull(EXAMPLE.calls().get(call), call);
        Path folder =
                EXAMPLE.folder().resolve(String.valueOf(body.get("source"))).normalize();
        return MODULES.values().stream()
                .filter(module -> module.folder().equals(folder))
                .findFirst()
                .orElseThrow(() -> new AssertionError("module " + call + " is not at " + folder));
    }

    @Test
    void noPolicyAllowsMoreThanItNames() {
        MODULES.forEach((name, module) -> module.policies()
                .forEach(policy -> module.statements(policy).forEach(statement -> {
                    assertThat(statement.get("actions"))
                            .asString()
                            .as(name + " " + policy)
                            .doesNotContain("*");
                    if (String.valueOf(statement.get("resources")).equals("[*]")) {
                        assertThat(statement).as(name + " " + policy).containsKey("condition");
                    }
                })));
    }

    @Test
    void theReaderReadsAndTheWriterWritesMore() {
        TerraformModule lake = Objects.requireNonNull(MODULES.get("terraform/modules/lake"));

        assertThat(lake.actions("reader"))
                .containsExactly(
                        "glue:GetDatabase",
                        "glue:GetTable",
                        "glue:GetTables",
                        "kms:Decrypt",
                        "s3:GetBucketLocation",
                        "s3:GetObject",
                        "s3:ListBucket");
        assertThat(lake.actions("writer")).containsAll(lake.actions("reader"));
    }

    @Test
    void theConfigurationOfTheExampleIsOne(@TempDir Path folder) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("warehouse", "s3://atlasmart/warehouse");
        values.put("namespace", "atlas");
        values.put("kms_key", "arn:aws:kms:eu-central-1:123456789012:key/1");
        values.put("ledger_key", "arn:aws:kms:eu-central-1:123456789012:key/2");
        values.put("bootstrap_servers", "b-1:9098");
        values.put("redis_host", "redis");
        values.put("postgres.host", "pg");
        values.put("postgres.port", "5432");
        values.put("postgres.database", "shop");
        values.put("postgres.user", "firn");
        values.put("region", "eu-central-1");
        values.put("snowflake_account", "my-org");
        values.put("snowflake_role", "arn:aws:iam::123456789012:role/atlasmart-snowflake");
        Path file = folder.resolve("firn.yaml");
        Files.writeString(file, rendered(values));

        FirnConfig config = ConfigLoader.load(
                file, Map.of("FIRN_PG_PASSWORD", "a", "FIRN_REDIS_PASSWORD", "b", "FIRN_PAGE_TOKEN", "c"));

        assertThat(config.lake().catalog().type()).isEqualTo(CatalogType.GLUE);
        assertThat(config.snapshots().ledger().kmsKey()).isEqualTo("arn:aws:kms:eu-central-1:123456789012:key/2");
        assertThat(config.serving().snowflake()).isNotNull();
    }

    @Test
    void terraformMakesTheIntegrationThatFirnWouldMake(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("firn.yaml"), """
                lake: { namespace: atlas, catalog: { type: glue, warehouse: "s3://b/l" } }
                source: { bootstrap-servers: "b:1" }
                tables: { product: { source: public.product, key: [product_id] } }
                serving: { snowflake: { account: o-a, user: firn, private-key: k.p8, warehouse: w, database: d,
                    aws-role: "arn:aws:iam::123456789012:role/r", aws-region: eu-central-1 } }
                """);
        List<String> statements = new Ddl(SnowflakeSite.of(ConfigLoader.load(file, Map.of())))
                .steps(List.of(), DayAccess.PINNED).stream()
                        .map(step -> step.sql().replaceAll("\\s+", " "))
                        .toList();
        String terraform = Files.readString(Objects.requireNonNull(MODULES.get("terraform/modules/snowflake"))
                        .folder()
                        .resolve("main.tf"))
                .replace("${var.namespace}", "atlas")
                .replace("${data.aws_region.current.region}", "eu-central-1")
                .replace("${data.aws_caller_identity.current.account_id}", "123456789012")
                .replace("${local.role_arn}", "arn:aws:iam::123456789012:role/r")
                .replace("\\\"", "\"")
                .replaceAll("\\s+", " ");

        assertThat(statements)
                .filteredOn(sql -> sql.startsWith("CREATE CATALOG INTEGRATION"))
                .hasSize(2)
                .allSatisfy(sql -> assertThat(terraform).contains(sql));
    }

    private static String rendered(Map<String, String> values) throws IOException {
        String template = Files.readString(EXAMPLE.folder().resolve("firn.yaml.tftpl"));
        return Pattern.compile("(\\$?)\\$\\{([\\w.]+)}").matcher(template).replaceAll(match -> {
            String text = match.group(1).isEmpty()
                    ? Objects.requireNonNull(values.get(match.group(2)), match.group(2))
                    : "${" + match.group(2) + "}";
            return Matcher.quoteReplacement(text);
        });
    }
}
