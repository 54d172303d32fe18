package io.firn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Run with {@code -Dfirn.docs.write=true} to write the page anew. */
class CommandReferenceTest {

    private static final Path PAGE = Path.of("../../docs/commands.md");
    private static final String HEAD = """
            # Commands

            Data goes to standard output; progress, notes and errors go to standard error, one line for each problem. No
            command shows a Java stack trace: what nobody foresaw is one line with the name of the file that has it.
            Options that every command has may stand before or after its name.

            The launcher `./firn` builds Firn when it is not built yet or when a source is newer than the build.
            `FIRN_JAVA_OPTS` adds options of the Java runtime, such as `-Xmx8g`; `FIRN_LOG` names a file for the log.

            This page is what `--help` says.
            """;

    @Test
    void thePageSaysWhatTheHelpSays() throws IOException {
        StringBuilder page = new StringBuilder(HEAD);
        append(page, Commands.commandLine(Terminal.ofProcess(), Map.of()));
        if (Boolean.getBoolean("firn.docs.write")) {
            Files.writeString(PAGE, page);
        }

        assertThat(PAGE)
                .as("write it anew with: mvn -pl engine/cli -am test -Dtest=CommandReferenceTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dfirn.docs.write=true")
                .content()
                .isEqualTo(page.toString());
    }

    private static void append(StringBuilder page, CommandLine command) {
        page.append("\n## ").append(command.getCommandSpec().qualifiedName()).append("\n\n```\n");
        page.append(command.getUsageMessage(CommandLine.Help.Ansi.OFF)).append("```\n");
        command.getSubcommands().values().forEach(child -> append(page, child));
    }
}
