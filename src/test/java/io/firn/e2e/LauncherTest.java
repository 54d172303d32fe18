package io.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher {@code ./firn} with a Maven and a Java that only say what they were asked. */
class LauncherTest {

    private static final List<String> TOOLS = List.of(
            "dirname",
            "readlink",
            "find",
            "head",
            "tail",
            "sed",
            "grep",
            "mkdir",
            "cat",
            "cp",
            "tr",
            "paste",
            "date",
            "mv",
            "ls",
            "sort",
            "xargs",
            "rm",
            "touch",
            "sleep");

    /** Counts its runs, and leaves what the real build leaves. */
    private static final String MAVEN = """
            #!/bin/sh
            echo "$@" >>maven-runs
            echo '[INFO] Building firn-cli 0.1.0-SNAPSHOT [2/2]'
            if [ -f broken ]; then
                echo '[ERROR] Main.java:[3,1] class expected'
                exit 1
            fi
            sleep 0.3
            mkdir -p engine/cli/target/launch catalog/core/target/launch
            echo cli >engine/cli/target/launch/firn-cli-1.jar
            echo core >catalog/core/target/launch/firn-catalog-1.jar
            printf '%s:%s' "$(pwd -P)/catalog/core/target/launch/firn-catalog-1.jar" "$(pwd -P)/../library.jar" >engine/cli/target/launch/classpath
            """;

    private static final String JAVA = """
            #!/bin/sh
            [ "$1" != -version ] || { echo 'openjdk version "17.0.1" 2021-10-19' >&2; exit 0; }
            for argument; do echo "$argument"; done
            exit 3
            """;

    @TempDir
    private Path folder;

    private Path root;
    private Path tools;

    private record Run(int exitCode, List<String> out, List<String> err) {}

    @BeforeEach
    void makeARepository() throws IOException {
        root = folder.toRealPath().resolve("my repository");
        tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : TOOLS) {
            script(tools.resolve(tool), "#!/bin/sh\nexec " + installed(tool).orElseThrow() + " \"$@\"\n");
        }
        script(tools.resolve("mvn"), MAVEN);
        script(tools.resolve("java"), JAVA);
        for (String module : List.of("catalog/core", "compactor", "dq", "engine/cli", "snapshot-policy")) {
            Files.createDirectories(root.resolve(module).resolve("src/main/java"));
            old(Files.writeString(root.resolve(module).resolve("pom.xml"), "<project/>"));
        }
        old(Files.writeString(root.resolve("pom.xml"), "<project/>"));
        Files.writeString(folder.resolve("library.jar"), "library");
        script(root.resolve("firn"), Files.readString(Path.of("../../firn")));
    }

    @Test
    void buildsOnFirstUseAndPassesEverythingOn() throws Exception {
        Run run = firn(Map.of("FIRN_JAVA_OPTS", "-Xmx8g -Da=b"), "sql", "SELECT  1", "");

        assertThat(run.err()).containsExactly("firn: building; the log is " + root + "/target/firn/build.log");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out())
                .containsSubsequence("-Xmx8g", "-Da=b", "-cp", "io.firn.cli.Main", "sql", "SELECT  1", "")
                .contains("@" + root + "/engine/cli/long-running.options")
                .contains("-Dfirn.stderr=file");
        assertThat(run.out().get(run.out().indexOf("-cp") + 1))
                .matches("\\Q" + root + "\\E/target/firn/build-[0-9-]+/lib/\\*:\\Q" + root + "\\E/../library.jar");
        assertThat(maven()).containsExactly("-B -ntp -Dstyle.color=never -Dlaunch -pl engine/cli -am package");
    }

    @Test
    void startsAtOnceWhenNothingChanged() throws Exception {
        firn(Map.of(), "check");

        Run run = firn(Map.of(), "check");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("@" + root + "/engine/cli/short-lived.options");
        assertThat(maven()).hasSize(1);
    }

    @Test
    void buildsAgainAfterAnyChangeOfASource() throws Exception {
        firn(Map.of());
        Path source = Files.writeString(root.resolve("engine/cli/src/main/java/Main.java"), "class Main {}");
        firn(Map.of());
        assertThat(maven()).hasSize(2);

        Files.delete(source);
        firn(Map.of());
        assertThat(maven()).hasSize(3);

        Files.writeString(root.resolve("dq/pom.xml"), "<project></project>");
        firn(Map.of());
        assertThat(maven()).hasSize(4);

        Files.move(folder.resolve("library.jar"), folder.resolve("library-moved.jar"));
        firn(Map.of());
        assertThat(maven()).hasSize(5);
    }

    @Test
    void keepsTheJarsOfARunningFirn() throws Exception {
        Path first = libraryFolder(firn(Map.of()));

        Files.writeString(root.resolve("engine/cli/src/main/java/Main.java"), "class Main {}");
        Path second = libraryFolder(firn(Map.of()));

        assertThat(second).isNotEqualTo(first);
        assertThat(first)
                .isDirectoryContaining("glob:**/firn-cli-1.jar")
                .isDirectoryContaining("glob:**/firn-catalog-1.jar");
        assertThat(root.resolve("target/firn/stamp")).exists();
    }

    @Test
    void worksThroughLinksFromAnywhere() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("firn"), Path.of("../my repository/firn"));
        Files.createSymbolicLink(folder.resolve("f"), bin.resolve("firn"));

        Run run = run(folder.resolve("f"), Map.of(), "check");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(libraryFolder(run)).startsWith(root);
    }

    @Test
    void twoShellsBuildOnceUnderFlockWhereItIsInstalled() throws Exception {
        if (installed("flock").isPresent()) {
            script(
                    tools.resolve("flock"),
                    "#!/bin/sh\nexec " + installed("flock").get() + " \"$@\"\n");
        }

        assertOneBuildForTwoShells();
    }

    @Test
    void twoShellsBuildOnce() throws Exception {
        assertOneBuildForTwoShells();
    }

    private void assertOneBuildForTwoShells() throws Exception {
        Process first = start(root.resolve("firn"), Map.of());
        Process second = start(root.resolve("firn"), Map.of());

        assertThat(List.of(finished(first).exitCode(), finished(second).exitCode()))
                .containsExactly(3, 3);
        assertThat(maven()).hasSize(1);
        assertThat(root.resolve("target/firn/lock.d")).doesNotExist();
    }

    @Test
    void aFailedBuildShowsWhyAndTheNextUseTriesAgain() throws Exception {
        Files.writeString(root.resolve("broken"), "");

        Run failed = firn(Map.of(), "check");

        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err())
                .containsExactly(
                        "firn: building; the log is " + root + "/target/firn/build.log",
                        "[ERROR] Main.java:[3,1] class expected",
                        "firn: the build failed; the whole log is " + root + "/target/firn/build.log");
        Files.delete(root.resolve("broken"));
        assertThat(firn(Map.of(), "check").exitCode()).isEqualTo(3);
    }

    @Test
    void saysWhichToolIsMissing() throws Exception {
        Files.delete(tools.resolve("mvn"));
        assertThat(firn(Map.of()).err()).containsExactly("firn: needs Maven 3.8 or newer (mvn) to build itself, once");

        script(tools.resolve("java"), JAVA.replace("17.0.1", "11.0.2"));
        assertThat(firn(Map.of()).err()).containsExactly("firn: needs Java 17 or newer but java is 11");

        assertThat(firn(Map.of("JAVA_HOME", "/nowhere")).err())
                .containsExactly("firn: needs Java 17 or newer but /nowhere/bin/java is missing");
    }

    private static Path libraryFolder(Run run) {
        String classpath = run.out().get(run.out().indexOf("-cp") + 1);
        return Path.of(classpath.substring(0, classpath.indexOf("/*:")));
    }

    private List<String> maven() throws IOException {
        return Files.readAllLines(root.resolve("maven-runs"));
    }

    private Run firn(Map<String, String> environment, String... arguments) throws Exception {
        return run(root.resolve("firn"), environment, arguments);
    }

    private Run run(Path launcher, Map<String, String> environment, String... arguments) throws Exception {
        return finished(start(launcher, environment, arguments));
    }

    private Process start(Path launcher, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Run finished(Process process) throws Exception {
        List<String> out = lines(process.getInputStream().readAllBytes());
        List<String> err = lines(process.getErrorStream().readAllBytes());
        return new Run(process.waitFor(), out, err);
    }

    private static List<String> lines(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }

    private static Optional<Path> installed(String tool) {
        return Stream.of("/usr/bin", "/bin")
                .map(place -> Path.of(place, tool))
                .filter(Files::exists)
                .findFirst();
    }

    private static void script(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void old(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    }
}
