package io.firn.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.firn.cli.demo.DemoResult.PriceOnTwoDays;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The demo's result for people and for scripts. */
public final class DemoPage {
    private static final int HISTORY_LINES = 8;

    private final DemoResult result;
    private final List<String> lines = new ArrayList<>();

    public DemoPage(DemoResult result) {
        this.result = result;
    }

    /** @return the result as one JSON object */
    public String json() {
        ObjectMapper mapper = new ObjectMapper()
                .registerModule(new SimpleModule().addSerializer(Path.class, ToStringSerializer.instance));
        try {
            return mapper.writeValueAsString(result);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return the result as a page of text */
    public String text() {
        lines.clear();
        tables();
        price();
        history();
        redis();
        figures();
        checks();
        next();
        return String.join("\n", lines);
    }

    private void title(String text) {
        lines.add("");
        lines.add(text);
    }

    private void line(String format, Object... values) {
        lines.add(("  " + format.formatted(values)).stripTrailing());
    }

    private void tables() {
        title("PostgreSQL and the lake, row by row the same (files before and after compaction)");
        line("%-20s %12s %12s  %-8s %13s", "table", "PostgreSQL", "lake", "digest", "data files");
        for (DemoResult.TableLine table : result.tables()) {
            line(
                    "%-20s %,12d %,12d  %-8s %6d -> %3d",
                    table.table(),
                    table.postgresRows(),
                    table.lakeRows(),
                    table.equalDigest() ? "equal" : "DIFFERS",
                    table.filesBefore(),
                    table.filesAfter());
        }
    }

    private void price() {
        PriceOnTwoDays price = result.price();
        title("The price of product %d in %s, as of two days".formatted(price.product(), price.market()));
        line("%s  %10s", price.firstDay(), price.firstAmount());
        line("%s  %10s", price.lastDay(), price.lastAmount());
    }

    private void history() {
        title("Every change of that price, from the change log");
        line("%-26s %-6s %10s %10s  %s", "committed", "op", "before", "after", "transaction");
        List<DemoResult.PriceChange> history = result.history();
        for (DemoResult.PriceChange change : history.subList(0, Math.min(HISTORY_LINES, history.size()))) {
            line(
                    "%-26s %-6s %10s %10s  %s",
                    change.when(), change.operation(), change.before(), change.after(), change.transaction());
        }
        if (history.size() > HISTORY_LINES) {
            line("and %d more", history.size() - HISTORY_LINES);
        }
    }

    private void redis() {
        title("HGETALL product:%d in Redis".formatted(result.price().product()));
        result.cached().forEach(field -> line("%s", shortened(field)));
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\R", "⏎");
        return line.length() <= 100 ? line : line.substring(0, 97) + "...";
    }

    private void figures() {
        title("What it took");
        result.figures().forEach(figure -> line("%-34s %12s", figure.name(), figure.value()));
    }

    private void checks() {
        long held = result.checks().stream().filter(DemoResult.Check::held).count();
        title(String.format(
                Locale.ROOT, "%d of %d checks held", held, result.checks().size()));
        result.checks().stream().filter(check -> !check.held()).forEach(check -> line("NOT: %s", check.name()));
    }

    private void next() {
        title("Where to go next (the lake needs no server)");
        String config = result.config().toString();
        line("./firn -c %s sql \"SELECT count(*) FROM product\"", config);
        line(
                "./firn -c %s sql \"SELECT * FROM price WHERE product_id = %d\" --as-of %s",
                config, result.price().product(), result.price().firstDay());
        line("./firn -c %s sql \"SELECT _op, count(*) FROM product_changes GROUP BY ALL\"", config);
    }
}
