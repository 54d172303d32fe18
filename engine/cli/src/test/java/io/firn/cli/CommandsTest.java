package io.firn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.firn.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CommandsTest {

    @TempDir
    private static Path folder;

    @Test
    void everyCommandExplainsItselfWithAnExample() {
        assertThat(all(Commands.commandLine(Terminal.ofProcess(), Map.of()))).allSatisfy(command -> {
            String name = command.getCommandSpec().qualifiedName();
            String help = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
            assertThat(help).as(name).containsPattern("Example:\\n  (source <\\()?firn ");
            assertThat(command.getCommandSpec().usageMessage().header())
                    .as(name)
                    .isNotEmpty();
            assertThat(help.lines()).as(name).allMatch(line -> line.length() <= 80);
        });
    }

    @Test
    void everyExampleCanBeTyped() {
        CommandLine root = Commands.commandLine(Terminal.ofProcess(), Map.of());
        for (CommandLine command : all(root)) {
            String footer =
                    String.join("%n", command.getCommandSpec().usageMessage().footer());
            for (String line : footer.split("%n", -1)) {
                String example = line.strip();
                if (example.startsWith("firn ") && !example.contains("COMMAND")) {
                    assertThatCode(() -> root.parseArgs(words(example)))
                            .as(example)
                            .doesNotThrowAnyException();
                }
            }
        }
    }

    @Test
    void aCommandThatFailsPrintsNoDataAndOneThatFindsNothingItsHeader() throws IOException {
        Path file = Files.writeString(folder.resolve("firn.yaml"), """
                lake: { namespace: atlas }
                source: { bootstrap-servers: "localhost:1" }
                tables:
                  product: { source: public.product, key: [id] }
                """);
        CommandRun failed = CommandRun.of("-c", file.toString(), "rollback", "--tag", "day-2026-01-01");
        assertThat(failed.exitCode()).isNotZero();
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).startsWith("firn: ");
        CommandRun found = CommandRun.of("-c", file.toString(), "register", "--dry-run");
        assertThat(found.err()).isEmpty();
        assertThat(found.out()).startsWith("table  version  metadata_file\n");
    }

    /** Cut as a shell would, as far as examples need it; what a redirection writes to is no argument. */
    private static String[] words(String line) {
        return Pattern.compile("\"[^\"]*\"|\\S+")
                .matcher(line)
                .results()
                .skip(1)
                .map(word -> word.group().replace("\"", ""))
                .takeWhile(word -> !word.startsWith(">") && !word.equals("|"))
                .toArray(String[]::new);
    }

    @Test
    void aShellCompletesCommandsAndOptions() throws Exception {
        Path script = Files.writeString(
                folder.resolve("completion"), CommandRun.of("completion").out());
        String ask =
                "compopt() { :; }; source %s; COMP_WORDS=(firn %%s); COMP_CWORD=%%d; _complete_firn; echo ${COMPREPLY[*]}"
                        .formatted(script);

        assertThat(bash(ask.formatted("comp", 1))).isEqualTo("compact completion");
        assertThat(bash(ask.formatted("sql --sn", 2))).isEqualTo("--snapshot");
        assertThat(bash(ask.formatted("audit ver", 2))).isEqualTo("verify");
    }

    private static String bash(String commands) throws Exception {
        Process shell = new ProcessBuilder("bash", "-c", commands)
                .redirectErrorStream(true)
                .start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(shell.waitFor()).as(said).isZero();
        return said;
    }

    @Test
    void helpIsDataAndSucceeds() {
        CommandRun run = CommandRun.of("--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("Iceberg tables continuously in step with PostgreSQL.\n")
                .contains("check");
        assertThat(run.err()).isEmpty();
        assertThat(CommandRun.of("check", "--help").out()).contains("-c, --config=FILE");
    }

    @Test
    void theVersionIsTheBuilds() {
        assertThat(CommandRun.of("--version").out()).matches("firn \\d+\\.\\d+\\.\\d+\\S*\nJava 1?\\d.* on .*\n");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    -               | a command is missing; see firn --help
                    chek            | there is no command chek; did you mean check?; see firn --help
                    frobnicate      | there is no command frobnicate; see firn --help
                    check extra     | there is no place for the argument extra; see firn check --help
                    check --outptu json | there is no option --outptu; did you mean --output?; see firn check --help
                    check --output yaml | Invalid value for option '--output': must be table, json or csv but was yaml; see firn check --help
                    tag --day 2026-13-01 | Invalid value for option '--day': must be a day such as 2026-11-20 but was 2026-13-01; see firn tag --help
                    demo --rows many | Invalid value for option '--rows': must be a whole number but was many; see firn demo --help
                    replay          | --day=D or --repair must be given; see firn replay --help
                    sql --as-of 2026-11-20 --tag x | --as-of=DAY, --tag=TAG are mutually exclusive (specify only one); see firn sql --help
                    init --url jdbc:mysql://x/y | --url must begin with jdbc:postgresql: but was jdbc:mysql://x/y
                    check -c        | Missing required parameter for option '--config' (FILE); see firn check --help
                    """)
    void wrongUsageIsOneLineAndExitsWithTwo(String arguments, String line) {
        CommandRun run = CommandRun.of(arguments == null ? new String[0] : arguments.split(" "));

        assertThat(run).isEqualTo(new CommandRun(2, "", "firn: " + line + "\n"));
    }

    private static List<CommandLine> all(CommandLine root) {
        List<CommandLine> commands = new ArrayList<>(List.of(root));
        root.getSubcommands().values().forEach(command -> commands.addAll(all(command)));
        return commands;
    }
}
