package io.firn.bench.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * CPU seconds of this process by the name of the thread, native threads included, as Linux counts them. Empty
 * elsewhere.
 */
record ThreadTimes(Map<String, Double> seconds) {
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER_TICKS = 11;

    static ThreadTimes now() {
        Map<String, Double> seconds = new TreeMap<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                add(Files.readString(thread.resolve("stat")), seconds);
            }
        } catch (IOException e) {
            return new ThreadTimes(Map.of());
        }
        return new ThreadTimes(seconds);
    }

    /** A thread's line is its id, its name in parentheses, and numbers. */
    private static void add(String line, Map<String, Double> seconds) {
        int end = line.lastIndexOf(')');
        String name = line.substring(line.indexOf('(') + 1, end).replaceAll("[ #]*[0-9]+$", "");
        List<String> numbers = List.of(line.substring(end + 2).split(" ", -1));
        double ticks = Double.parseDouble(numbers.get(USER_TICKS)) + Double.parseDouble(numbers.get(USER_TICKS + 1));
        seconds.merge(name, ticks / TICKS_PER_SECOND, Double::sum);
    }

    /** @return what was used since {@code before}, most first */
    String since(ThreadTimes before) {
        return seconds.entrySet().stream()
                .map(thread -> Map.entry(
                        thread.getKey(), thread.getValue() - before.seconds.getOrDefault(thread.getKey(), 0.0)))
                .filter(thread -> thread.getValue() >= 0.05)
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .map(thread -> String.format(Locale.ROOT, "%s %.1f", thread.getKey(), thread.getValue()))
                .collect(Collectors.joining(", "));
    }
}
