package io.firn.bench.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Flink's upsert sink on the same topics, in a process of its own. */
final class FlinkPeer {
    private FlinkPeer() {}

    /**
     * Runs it.
     *
     * @param script {@code src/test/bench/flink/run}
     * @param expected what must be in its table, too
     * @return its line of JSON
     */
    static String run(String script, String broker, TableState.Digest expected) throws IOException {
        Path folder = Files.createTempDirectory("flink-ingest");
        Process process = new ProcessBuilder(List.of(
                        script,
                        "io.firn.bench.flink.FlinkUpsert",
                        "--bootstrap",
                        broker,
                        "--dir",
                        folder.resolve("lake").toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        String rows =
                "\"rows\":%d,\"lower\":%s,\"upper\":%s".formatted(expected.rows(), expected.lower(), expected.upper());
        if (!said.contains(rows)) {
            throw new IllegalStateException("Flink ended with %s but must end with %s".formatted(said, rows));
        }
        return said;
    }
}
