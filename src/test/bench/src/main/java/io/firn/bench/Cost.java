package io.firn.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Time by the clock, and of all this process's processors. */
public record Cost(double seconds, double cpuSeconds) {
    /** What it is at present; only a difference means something. */
    public static Cost now() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Cost(System.nanoTime() / 1e9, system.getProcessCpuTime() / 1e9);
    }

    /** What it took since then. */
    public static Cost since(Cost start) {
        Cost now = now();
        return new Cost(now.seconds - start.seconds, now.cpuSeconds - start.cpuSeconds);
    }

    /** The most memory that this process ever had, as Linux tells it. */
    public static long peakMegabytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                    .findFirst()
                    .orElse(0);
        }
    }

    /** Says it on standard error. */
    public Cost shown(String what) {
        System.err.printf(Locale.ROOT, "%s: %.1f s, %.1f CPU-s%n", what, seconds, cpuSeconds);
        return this;
    }

    /** The median of each of both, by itself. */
    public static Cost median(List<Cost> costs) {
        List<Double> seconds = costs.stream().map(Cost::seconds).sorted().toList();
        List<Double> cpuSeconds = costs.stream().map(Cost::cpuSeconds).sorted().toList();
        return new Cost(seconds.get(costs.size() / 2), cpuSeconds.get(costs.size() / 2));
    }
}
