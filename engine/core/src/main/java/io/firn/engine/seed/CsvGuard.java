package io.firn.engine.seed;

import io.firn.engine.protect.Protection;
import io.firn.engine.seed.SeedSource.RowSink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Changes columns of rows on their way, before they are in any file. */
public final class CsvGuard implements RowSink {
    private final Protection protection;
    private final List<String> columns;
    private final RowSink next;

    private CsvGuard(Protection protection, List<String> columns, RowSink next) {
        this.protection = protection;
        this.columns = List.copyOf(columns);
        this.next = next;
    }

    /**
     * @param columns of the rows, in their order
     * @return where rows are to be given to
     */
    public static RowSink of(Protection protection, List<String> columns, RowSink next) {
        return columns.stream().anyMatch(protection::changes) ? new CsvGuard(protection, columns, next) : next;
    }

    @Override
    public void row(byte[] csv) {
        List<@Nullable String> fields = fields(new String(csv, StandardCharsets.UTF_8));
        for (int i = 0; i < fields.size(); i++) {
            fields.set(i, protection.text(columns.get(i), fields.get(i)));
        }
        next.row(CsvRow.of(fields));
    }

    /** Whoever writes whole files has changed the columns in them. */
    @Override
    public void file(Path csv, long rows, int longestRow) {
        next.file(csv, rows, longestRow);
    }

    @Override
    public Optional<UnaryOperator<@Nullable String>> guard(String column) {
        return protection.changes(column) ? Optional.of(text -> protection.text(column, text)) : Optional.empty();
    }

    /** Null is an empty field without quotes. */
    private static List<@Nullable String> fields(String csv) {
        List<@Nullable String> fields = new ArrayList<>();
        int end = csv.endsWith("\n") ? csv.length() - 1 : csv.length();
        int at = 0;
        while (at <= end) {
            if (at < end && csv.charAt(at) == '"') {
                StringBuilder text = new StringBuilder();
                at = quoted(csv, at + 1, text) + 1;
                fields.add(text.toString());
            } else {
                int comma = csv.indexOf(',', at);
                int stop = comma < 0 || comma > end ? end : comma;
                fields.add(stop == at ? null : csv.substring(at, stop));
                at = stop + 1;
            }
        }
        return fields;
    }

    /** @return where the field's closing quote is followed by a comma or the end */
    private static int quoted(String csv, int from, StringBuilder text) {
        int at = from;
        while (true) {
            int quote = csv.indexOf('"', at);
            text.append(csv, at, quote);
            if (quote + 1 < csv.length() && csv.charAt(quote + 1) == '"') {
                text.append('"');
                at = quote + 2;
            } else {
                return quote + 1;
            }
        }
    }
}
