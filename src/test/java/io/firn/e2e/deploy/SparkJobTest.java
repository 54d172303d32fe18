package io.firn.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The compaction that EMR Serverless is asked for: it starts what there is, fits its machines, and may read its files.
 */
@SuppressWarnings("NullAway.Init") // read once, before all
class SparkJobTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path FOLDER = ROOT.resolve("examples/orchestration/spark");
    private static final Pattern OPTION = Pattern.compile("--(\\S+) (\\S+)");
    private static final long GIGABYTE = 1L << 30;

    private static JsonNode job;
    private static FirnConfig config;
    private static final Map<String, String> OPTIONS = new HashMap<>();

    @BeforeAll
    static void readTheJob() throws IOException {
        job = new ObjectMapper().readTree(FOLDER.resolve("emr-serverless.json").toFile());
        config = ConfigLoader.load(FOLDER.resolve("firn.yaml"), Map.of());
        String parameters = driver().path("sparkSubmitParameters").asText();
        for (MatchResult option : OPTION.matcher(parameters).results().toList()) {
            String[] value = option.group(2).split("=", 2);
            boolean setting = option.group(1).equals("conf");
            OPTIONS.put(setting ? value[0] : option.group(1), setting ? value[1] : option.group(2));
        }
        assertThat(OPTION.matcher(parameters).replaceAll("").isBlank()).isTrue();
    }

    private static JsonNode driver() {
        return job.path("jobDriver").path("sparkSubmit");
    }

    private static String option(String name) {
        return Objects.requireNonNull(OPTIONS.get(name), name);
    }

    private static long number(String name) {
        return Long.parseLong(option(name).replaceFirst("g$", ""));
    }

    @Test
    void itStartsTheJarThatIsBuiltWithTablesThatThereAre() throws IOException {
        String jar = driver().path("entryPoint").asText();
        assertThat(Files.readString(ROOT.resolve("docs/spark.md"))).contains(jar.substring(jar.lastIndexOf('/') + 1));
        assertThat(ROOT.resolve("compactor/spark/src/main/java")
                        .resolve(option("class").replace('.', '/') + ".java"))
                .exists();
        List<String> arguments =
                List.of(new ObjectMapper().convertValue(driver().path("entryPointArguments"), String[].class));
        assertThat(arguments.subList(0, 2)).containsExactly("-c", "firn.yaml");
        assertThat(option("files")).endsWith("/firn.yaml");
        assertThat(config.tables())
                .containsKeys(arguments.subList(2, arguments.size()).toArray(String[]::new));
        assertThat(config.lake().catalog().type()).isEqualTo(CatalogType.GLUE);
        assertThat(Files.readString(FOLDER.resolve("firn.yaml")))
                .as("a secret would be in the job's parameters")
                .doesNotContain("${");
    }

    @Test
    void aTaskHasTheMemoryAndTheDiskThatDuckDbTakes() {
        assertThat(number("spark.task.cpus")).isEqualTo(number("spark.executor.cores"));
        assertThat(number("spark.executor.memoryOverhead") * GIGABYTE)
                .isGreaterThanOrEqualTo(config.compaction().memoryBytes() + GIGABYTE);
        assertThat(number("spark.emr-serverless.executor.disk") * GIGABYTE)
                .isGreaterThanOrEqualTo(
                        config.workbench().tempLimitBytes() + config.workbench().cacheLimitBytes());
        assertThat(option("spark.speculation")).isEqualTo("false");
    }

    /** A worker with 4 processors has 8 to 30 GB, and up to 200 GB of disk. */
    @Test
    void workersAreOfASizeThatThereIsAndStayBelowTheLimit() throws IOException {
        long worker = number("spark.executor.memory") + number("spark.executor.memoryOverhead");
        assertThat(number("spark.executor.cores")).isEqualTo(4);
        assertThat(worker).isBetween(8L, 30L);
        assertThat(number("spark.emr-serverless.executor.disk")).isBetween(20L, 200L);
        String variables = Files.readString(ROOT.resolve("terraform/modules/compute/variables.tf"));
        long executors = number("spark.dynamicAllocation.maxExecutors");
        assertThat(variables).contains("\"64 vCPU\"").contains("\"256 GB\"");
        assertThat(executors * 4 + number("spark.driver.cores")).isLessThanOrEqualTo(64);
        assertThat(executors * worker + number("spark.driver.memory") + 1).isLessThanOrEqualTo(256);
    }

    @Test
    void theJobsRoleReadsItsJarAndWritesItsLog() throws IOException {
        TerraformModule compute = Objects.requireNonNull(TerraformModule.all().get("terraform/modules/compute"));
        assertThat(compute.actions("spark")).containsExactly("s3:GetObject", "s3:PutObject");
        assertThat(compute.outputs()).contains("spark_application_id", "spark_role_arn");
        String main = Files.readString(compute.folder().resolve("main.tf"));
        assertThat(main).contains("${var.spark_lake_bucket}/spark/*");
        for (String location : List.of(
                driver().path("entryPoint").asText(),
                option("files"),
                job.at("/configurationOverrides/monitoringConfiguration/s3MonitoringConfiguration/logUri")
                        .asText())) {
            assertThat(location).startsWith("s3://BUCKET/spark/");
        }
    }
}
