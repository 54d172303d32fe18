package io.firn.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Notes how long each step took. */
final class Stopwatch {
    private final List<DemoResult.Figure> figures = new ArrayList<>();
    private final long startedAt = System.nanoTime();
    private long begunAt = startedAt;

    void begin() {
        begunAt = System.nanoTime();
    }

    void end(String step) {
        figures.add(new DemoResult.Figure(step, seconds(begunAt)));
    }

    <T> T time(String step, Supplier<T> work) {
        begin();
        T result = work.get();
        end(step);
        return result;
    }

    private static String seconds(long since) {
        return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - since) / 1e9);
    }

    /** @return the steps in order, then the whole */
    List<DemoResult.Figure> figures() {
        List<DemoResult.Figure> all = new ArrayList<>(figures);
        all.add(new DemoResult.Figure("in all", seconds(startedAt)));
        return all;
    }
}
