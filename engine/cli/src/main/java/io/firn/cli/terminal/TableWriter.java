package io.firn.cli.terminal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Aligns by the first rows; later ones that are wider stand out instead of being cut. */
final class TableWriter implements RowWriter {

    private static final int ROWS_TO_MEASURE = 1_000;

    private final PrintStream out;
    private final List<String> columns;
    private final List<List<String>> waiting = new ArrayList<>();
    private final int[] widths;
    private final boolean[] numeric;
    private boolean begun;

    TableWriter(PrintStream out, List<String> columns) {
        this.out = out;
        this.columns = List.copyOf(columns);
        widths = columns.stream().mapToInt(TableWriter::width).toArray();
        numeric = new boolean[columns.size()];
    }

    @Override
    public void row(List<? extends @Nullable Object> values) {
        List<String> cells = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            numeric[i] |= value instanceof Number;
            cells.add(value == null ? "NULL" : oneLine(Cells.text(value)));
        }
        if (begun) {
            print(cells);
        } else {
            waiting.add(cells);
            beginWhenMeasured();
        }
    }

    private void beginWhenMeasured() {
        if (waiting.size() == ROWS_TO_MEASURE) {
            begin();
        }
    }

    private void begin() {
        begun = true;
        waiting.forEach(cells -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(cells.get(i)));
            }
        });
        print(columns);
        List<String> rule = new ArrayList<>();
        for (int width : widths) {
            rule.add("-".repeat(width));
        }
        print(rule);
        waiting.forEach(this::print);
        waiting.clear();
    }

    private void print(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(Math.max(0, widths[i] - width(cells.get(i))));
            line.append(i == 0 ? "" : "  ");
            line.append(numeric[i] ? padding + cells.get(i) : cells.get(i) + padding);
        }
        out.print(line.toString().stripTrailing() + "\n");
    }

    private static String oneLine(String text) {
        return text.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
    }

    /** Columns on a screen: East Asian wide characters and emoji take two, combining marks none. */
    private static int width(String text) {
        return text.codePoints().map(TableWriter::width).sum();
    }

    private static int width(int codePoint) {
        int type = Character.getType(codePoint);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        boolean wide = (codePoint >= 0x1100 && codePoint <= 0x115f)
                || (codePoint >= 0x2e80 && codePoint <= 0xa4cf)
                || (codePoint >= 0xac00 && codePoint <= 0xd7a3)
                || (codePoint >= 0xf900 && codePoint <= 0xfaff)
                || (codePoint >= 0xff00 && codePoint <= 0xff60)
                || (codePoint >= 0x1f300 && codePoint <= 0x1faff)
                || (codePoint >= 0x20000 && codePoint <= 0x3fffd);
        return wide ? 2 : 1;
    }

    @Override
    public void close() {
        if (!begun) {
            begin();
        }
        out.flush();
    }
}
