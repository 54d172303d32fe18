package io.firn.dq.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.catalog.config.Severity;
import io.firn.dq.result.Moment;
import io.firn.dq.result.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Alerts as Slack's incoming webhooks take them: one {@code text} in its markup, which Mattermost, Rocket.Chat and
 * Teams' compatible endpoints take too.
 */
final class SlackText {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A message with more lines than these is not read. */
    private static final int MOST_LINES = 20;

    private SlackText() {}

    static String json(Alerts alerts, String lake) {
        try {
            return JSON.writeValueAsString(Map.of("text", text(alerts, lake)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static String text(Alerts alerts, String lake) {
        List<String> lines = new ArrayList<>();
        lines.add("*%s*: %s".formatted(escaped(lake), summary(alerts)));
        alerts.failing().forEach(result -> lines.add(line(failed(result), result)));
        alerts.recovered().forEach(result -> lines.add(line(":large_green_circle: holds again", result)));
        int more = lines.size() - MOST_LINES - 1;
        List<String> shown = new ArrayList<>(more > 0 ? lines.subList(0, MOST_LINES + 1) : lines);
        if (more > 0) {
            shown.add("and %d more".formatted(more));
        }
        return String.join("\n", shown);
    }

    private static String summary(Alerts alerts) {
        List<String> parts = new ArrayList<>();
        if (!alerts.failing().isEmpty()) {
            parts.add("%d expectations begin to fail".formatted(alerts.failing().size()));
        }
        if (!alerts.recovered().isEmpty()) {
            parts.add("%d hold again".formatted(alerts.recovered().size()));
        }
        return String.join(", ", parts);
    }

    private static String failed(Result result) {
        return result.severity() == Severity.CRITICAL ? ":red_circle: critical" : ":large_yellow_circle: warning";
    }

    private static String line(String what, Result result) {
        String day = result.moment() == Moment.DAY ? " on " + result.day() : "";
        return "%s `%s.%s`%s: %s"
                .formatted(what, result.table(), escaped(result.expectation()), day, escaped(result.detail()));
    }

    /** What Slack asks for in its markup. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
