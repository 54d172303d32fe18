package io.firn.e2e.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.cli.Main;
import io.firn.e2e.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A firn.yaml for a {@link BusyDatabase}, and commands that work with it. */
public record SmallLake(Path folder, Path yaml) {
    static SmallLake of(Path folder, String source) throws IOException {
        return new SmallLake(
                folder, Files.writeString(folder.resolve("firn.yaml"), """
                lake:
                  catalog: { type: jdbc, uri: "jdbc:sqlite:./lake/catalog.db", warehouse: "./lake/warehouse" }
                  namespace: atlas
                source:
                %s
                tables:
                  item: { source: public.item, key: [id], partition-by: ["bucket(2, id)"] }
                  line: { source: public.line, key: [item, number], format-version: 2 }
                commit: { interval: 1s }
                snapshots: { zone: UTC, close: marker }
                workbench: { memory: 512MB, threads: 2 }
                """.formatted(source.stripTrailing())));
    }

    public static SmallLake inProcess(Path folder, BusyDatabase database) throws IOException {
        return inProcess(folder, database.url(), "shop", "postgres", "none");
    }

    static SmallLake inProcess(Path folder, String url, String prefix, String user, String password)
            throws IOException {
        return of(folder, """
                  type: postgres
                  topic-prefix: %s
                  postgres: { url: "%s", user: %s, password: %s }
                """.formatted(prefix, url, user, password));
    }

    static SmallLake fromKafka(Path folder, BusyDatabase database, String bootstrapServers, String prefix)
            throws IOException {
        return of(folder, """
                  type: kafka
                  bootstrap-servers: "%s"
                  topic-prefix: %s
                  postgres: { url: "%s", user: postgres, password: none }
                """.formatted(bootstrapServers, prefix, database.url()));
    }

    public CommandRun run(String... arguments) {
        return CommandRun.of(Map.of(), arguments(arguments).toArray(new String[0]));
    }

    /** Runs a command that must succeed. */
    public CommandRun done(String what, String... arguments) {
        CommandRun run = run(arguments);
        assertThat(run.exitCode()).as("%s: %s %s", what, run.out(), run.err()).isZero();
        return run;
    }

    /** Runs a command in a process of its own. */
    Process start(Path log, String... arguments) throws IOException {
        return child(log, new String[0], Main.class, arguments(arguments).toArray(new String[0]));
    }

    /**
     * Runs a main class in a process of its own.
     *
     * @param launcher what starts the process, before Java and its options; empty for nothing
     */
    static Process child(Path log, String[] launcher, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private List<String> arguments(String... arguments) {
        List<String> all = new ArrayList<>(List.of("-c", yaml.toString()));
        all.addAll(List.of(arguments));
        return all;
    }
}
