package io.firn.bench.compact;

import io.firn.bench.Cost;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Spark's {@code rewrite_data_files} on the same table, in a process of its own. */
final class SparkPeer {
    private SparkPeer() {}

    /**
     * Runs it as often as this process ran its own compaction; the first time is left out, since Spark is slow then.
     *
     * @param script {@code src/test/bench/peers/run}; no peer is asked when it is empty
     * @param strategy binpack or sort
     */
    static Optional<Cost> rewrite(String script, ReferenceLake lake, String strategy, int turns) {
        if (script.isEmpty()) {
            return Optional.empty();
        }
        List<String> command = List.of(
                script,
                "io.firn.bench.peers.SparkRewrite",
                "--uri",
                lake.uri(),
                "--warehouse",
                lake.warehouse(),
                "--strategy",
                strategy,
                "--turns",
                Integer.toString(turns + 1));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            List<Cost> costs = new ArrayList<>();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    String[] figures = line.split(" ", -1);
                    costs.add(new Cost(Double.parseDouble(figures[0]), Double.parseDouble(figures[1]))
                            .shown("Spark " + strategy));
                }
            }
            if (process.waitFor() != 0 || costs.size() < 2) {
                throw new IllegalStateException("the peer failed");
            }
            return Optional.of(Cost.median(costs.subList(1, costs.size())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The peer's figures as members of a JSON object, beginning with a comma; empty without a peer. */
    static String json(Optional<Cost> spark, Cost own) {
        return spark.map(cost -> String.format(
                        Locale.ROOT,
                        ",\"spark_seconds\":%.2f,\"spark_cpu_seconds\":%.2f,\"times_spark\":%.1f,\"times_spark_cpu\":%.1f",
                        cost.seconds(),
                        cost.cpuSeconds(),
                        cost.seconds() / own.seconds(),
                        cost.cpuSeconds() / own.cpuSeconds()))
                .orElse("");
    }
}
