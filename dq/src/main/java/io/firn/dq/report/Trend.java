package io.firn.dq.report;

import io.firn.dq.result.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How a measured number went, as a line without axes: points where it was bad stand out. */
final class Trend {
    private static final int WIDTH = 120;
    private static final int HEIGHT = 24;
    private static final int MOST_POINTS = 40;

    private Trend() {}

    static String svg(List<Result> history) {
        List<Result> points = history.stream()
                .filter(result -> result.measured() != null && Double.isFinite(result.measured()))
                .toList();
        points = points.subList(Math.max(0, points.size() - MOST_POINTS), points.size());
        if (points.size() < 2) {
            return "";
        }
        double most = points.stream().mapToDouble(Trend::number).max().orElse(0);
        double least =
                Math.min(0, points.stream().mapToDouble(Trend::number).min().orElse(0));
        double span = most > least ? most - least : 1;
        List<String> line = new ArrayList<>();
        StringBuilder dots = new StringBuilder();
        for (int i = 0; i < points.size(); i++) {
            double x = 3 + (WIDTH - 6.0) * i / (points.size() - 1);
            double y = HEIGHT - 4 - (HEIGHT - 8) * (number(points.get(i)) - least) / span;
            line.add(String.format(Locale.ROOT, "%.1f,%.1f", x, y));
            if (points.get(i).verdict().isBad()) {
                dots.append(String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"/>", x, y));
            }
        }
        return "<svg class=\"trend\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"the last %d looks\"><polyline points=\"%s\"/>%s</svg>"
                .formatted(WIDTH, HEIGHT, points.size(), String.join(" ", line), dots);
    }

    private static double number(Result result) {
        Double measured = result.measured();
        return measured == null ? 0 : measured;
    }
}
