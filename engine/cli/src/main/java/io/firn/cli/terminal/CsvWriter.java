package io.firn.cli.terminal;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

final class CsvWriter implements RowWriter {

    private final PrintStream out;

    CsvWriter(PrintStream out, List<String> columns) {
        this.out = out;
        row(columns);
    }

    @Override
    public void row(List<? extends @Nullable Object> values) {
        out.print(values.stream().map(CsvWriter::field).collect(Collectors.joining(",", "", "\n")));
    }

    private static String field(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        String text = Cells.text(value);
        boolean quoted = text.isEmpty() || text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    @Override
    public void close() {
        out.flush();
    }
}
