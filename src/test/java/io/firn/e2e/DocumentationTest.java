package io.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.cli.Commands;
import io.firn.cli.terminal.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages name exists. */
class DocumentationTest {

    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern CLASS =
            Pattern.compile("([A-Z][a-z0-9]+[A-Za-z0-9]*)(\\.[a-zA-Z]\\w*)?(\\(\\))?(\\.java)?");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final Pattern COMMAND = Pattern.compile("(?m)(?:^|`)\\s*\\./firn ((?:-\\S+ \\S+ )*)([a-z]+)");

    @Test
    void everyClassInArchitectureAndContributingExists() throws IOException {
        Set<String> classes = sources()
                .map(path -> path.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
        classes.addAll(Set.of("String", "Path")); // of the JDK

        for (String page : List.of("ARCHITECTURE.md", "CONTRIBUTING.md")) {
            Set<String> missing = new TreeSet<>();
            for (MatchResult code : matches(CODE, text(page))) {
                for (MatchResult name : matches(CLASS, lastPart(code.group(1)))) {
                    if (name.group().equals(lastPart(code.group(1))) && !classes.contains(name.group(1))) {
                        missing.add(name.group(1));
                    }
                }
            }
            assertThat(missing).as(page).isEmpty();
        }
    }

    @Test
    void everyModuleIsInTheArchitecture() throws IOException {
        String page = text("ARCHITECTURE.md");
        try (Stream<Path> files = Files.walk(ROOT)) {
            List<String> modules = files.filter(path -> path.endsWith("pom.xml"))
                    .map(path -> ROOT.relativize(path.getParent()).toString())
                    .filter(module -> !module.isEmpty() && !module.contains("target"))
                    .filter(module -> !text(module + "/pom.xml").contains("<packaging>pom</packaging>"))
                    .toList();
            assertThat(modules)
                    .contains("engine/cli", "catalog/core")
                    .allSatisfy(module -> assertThat(page).contains("`" + module + "`"));
        }
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        for (Path page : pages()) {
            for (MatchResult link : matches(LINK, Files.readString(page))) {
                assertThat(page.resolveSibling(link.group(1)))
                        .as(page + " links to " + link.group(1))
                        .exists();
            }
        }
    }

    @Test
    void everyCommandThatAPageTypesIsThere() throws IOException {
        Terminal silent = new Terminal(
                InputStream.nullInputStream(),
                new PrintStream(OutputStream.nullOutputStream()),
                new PrintStream(OutputStream.nullOutputStream()),
                Terminal.Watched.FILE);
        for (Path page : pages()) {
            for (MatchResult command : matches(COMMAND, Files.readString(page))) {
                assertThat(Commands.run(silent, Map.of(), command.group(2), "--help"))
                        .as(page + " types ./firn " + command.group(2))
                        .isZero();
            }
        }
    }

    @Test
    void continuousIntegrationRunsTheTestCommandOfTheReadme() throws IOException {
        assertThat(text("README.md")).contains("mvn verify");
        assertThat(text(".ci/run")).containsPattern("(?m)^exec mvn (--\\S+ )*verify$");
        assertThat(ROOT.resolve(".ci/run")).isExecutable();
        assertThat(ROOT.resolve("firn")).isExecutable();
    }

    private static String lastPart(String code) {
        return code.substring(code.lastIndexOf('/') + 1);
    }

    private static Stream<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String folder : List.of("catalog", "compactor", "dq", "engine", "snapshot-policy", "src")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                files.filter(path -> path.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources.stream();
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .toList();
        }
    }

    private static List<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    private static String text(String file) {
        try {
            return Files.readString(ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
