package io.firn.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.e2e.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Every command that is scheduled somewhere exists, with these options. */
class OrchestrationTest {
    private static final Path FOLDER =
            Path.of("../../examples/orchestration").toAbsolutePath().normalize();
    private static final Pattern TASK = Pattern.compile("firn\\(\"\\w+\", ([^)]*)\\)");
    private static final Pattern CRON = Pattern.compile("\\$FIRN ([^&\\n]*)");

    @Test
    void theDagTypesCommands() throws IOException {
        List<List<String>> commands = new ArrayList<>();
        TASK.matcher(Files.readString(FOLDER.resolve("airflow/firn_daily.py")))
                .results()
                .forEach(task -> commands.add(Arrays.stream(task.group(1).split(", ", -1))
                        .filter(word -> !word.contains("="))
                        .map(word -> word.equals("DAY") ? "2026-11-20" : word.replace("\"", ""))
                        .toList()));

        assertThat(commands).hasSize(9).allSatisfy(OrchestrationTest::assertCommand);
        assertThat(commands).contains(List.of("tag", "--day", "2026-11-20"));
    }

    @Test
    void cronTypesCommands() throws IOException {
        List<List<String>> commands = CRON.matcher(Files.readString(FOLDER.resolve("cron/firn.crontab")))
                .results()
                .map(line -> line.group(1).strip().replaceAll("\\$\\(.*?\\)", "2026-11-20"))
                .map(line -> List.of(line.split(" ", -1)))
                .toList();

        assertThat(commands).hasSize(8).allSatisfy(OrchestrationTest::assertCommand);
    }

    @Test
    void kubernetesStartsCommands() throws IOException {
        List<List<String>> commands = new ArrayList<>();
        new Load(LoadSettings.builder().build())
                .loadAllFromString(Files.readString(FOLDER.resolve("kubernetes/firn.yaml")))
                .forEach(document -> find(document, commands));

        assertThat(commands).hasSize(8).allSatisfy(arguments -> {
            assertThat(arguments).startsWith("-c", "/etc/firn/firn.yaml");
            assertCommand(arguments);
        });
    }

    private static void find(Object node, List<List<String>> commands) {
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (key.equals("args") && value instanceof List<?> arguments) {
                    commands.add(arguments.stream().map(String::valueOf).toList());
                } else {
                    find(value, commands);
                }
            });
        } else if (node instanceof List<?> list) {
            list.forEach(element -> find(element, commands));
        }
    }

    /** What is typed right gets as far as the configuration, which is not there. */
    private static void assertCommand(List<String> arguments) {
        List<String> typed = new ArrayList<>(arguments);
        if (!typed.get(0).equals("-c")) {
            typed.addAll(0, List.of("-c", "/etc/firn/firn.yaml"));
        }
        CommandRun run = CommandRun.of(Map.of(), typed.toArray(new String[0]));
        assertThat(run.err())
                .as(String.join(" ", arguments))
                .contains("/etc/firn/firn.yaml")
                .doesNotContain("--help");
    }
}
