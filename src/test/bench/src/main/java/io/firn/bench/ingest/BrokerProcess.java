package io.firn.bench.ingest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts {@link BenchBroker} on a folder, after filling it with the workload when it is not there yet. */
final class BrokerProcess implements AutoCloseable {
    private final Process process;
    private final String address;

    private BrokerProcess(Process process) throws IOException {
        this.process = process;
        BufferedReader said =
                new BufferedReader(new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = said.readLine();
        if (line == null) {
            throw new IOException("the broker did not start");
        }
        this.address = line;
    }

    /** @param folder for topics of every shape; a workload that is there already is used again */
    static BrokerProcess with(Shape shape, Path folder) {
        Path topics = folder.resolve(
                "%d-of-%d-seed-%d-skew-%s".formatted(shape.events(), shape.snapshotRows(), shape.seed(), shape.skew()));
        Path complete = topics.resolveSibling(topics.getFileName() + ".complete");
        try {
            if (!Files.exists(complete)) {
                produce(shape, topics);
                Files.writeString(complete, "");
            }
            return on(topics);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts one with whatever topics the folder has. */
    static BrokerProcess on(Path topics) throws IOException {
        return new BrokerProcess(java("-Xmx512m", BenchBroker.class, List.of(topics.toString()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    private static void produce(Shape shape, Path topics) throws IOException {
        List<String> options = List.of(
                "--kafka-dir", topics.toString(),
                "--events", Long.toString(shape.events()),
                "--snapshot", Integer.toString(shape.snapshotRows()),
                "--seed", Long.toString(shape.seed()),
                "--skew", Double.toString(shape.skew()));
        Process producer = java("-Xmx1g", IngestWorkload.class, options)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (producer.waitFor() != 0) {
                throw new IOException("the workload could not be produced into " + topics);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static ProcessBuilder java(String memory, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                memory,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    String address() {
        return address;
    }

    /** @return what the broker has used, in seconds */
    double cpuSeconds() {
        return process.info()
                .totalCpuDuration()
                .map(used -> used.toNanos() / 1e9)
                .orElse(0.0);
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            process.waitFor();
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
