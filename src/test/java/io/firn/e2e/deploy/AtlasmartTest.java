package io.firn.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.TableConfig;
import io.firn.e2e.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example of a whole project fits together. */
class AtlasmartTest {
    private static final Path FOLDER =
            Path.of("../../examples/atlasmart").toAbsolutePath().normalize();

    private final FirnConfig config = ConfigLoader.load(FOLDER.resolve("local/firn.yaml"), Map.of());

    @Test
    void theConnectorSendsTheTablesThatAreConfigured() throws IOException {
        String tables = new ObjectMapper()
                .readTree(FOLDER.resolve("connector.json").toFile())
                .at("/config/table.include.list")
                .asText();

        assertThat(Arrays.stream(tables.split(",", -1)).map(name -> name.replace("\\", "")))
                .containsExactlyElementsOf(config.tables().values().stream()
                        .map(TableConfig::source)
                        .toList());
    }

    @Test
    void everyTableIsExpectedToBeSomething() {
        assertThat(config.tables()).hasSize(7);
        assertThat(config.dq().groups()).containsOnlyKeys("catalogue", "pricing");
    }

    @Test
    void theScriptTypesCommandsThatThereAre() throws IOException {
        String script = Files.readString(FOLDER.resolve("local/run"));
        List<String> commands = Pattern.compile("(?m)^firn (?:-c firn\\.yaml )?(\\w+)")
                .matcher(script)
                .results()
                .map(command -> command.group(1))
                .toList();

        assertThat(commands).containsExactly("demo", "dq", "sql", "audit", "tag", "audit", "status");
        assertThat(commands)
                .allSatisfy(command -> assertThat(
                                CommandRun.of(Map.of(), command, "--help").exitCode())
                        .isZero());
        assertThat(FOLDER.resolve("local/run")).isExecutable();
    }
}
