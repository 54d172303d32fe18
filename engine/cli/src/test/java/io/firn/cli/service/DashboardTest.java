package io.firn.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Grafana's dashboard, as far as Grafana would fall over it or show something else than it says. */
class DashboardTest {
    private static final int COLUMNS = 24;

    /** Grafana's names for the units that the metrics' names end in. */
    private static final Map<String, Set<String>> UNITS = Map.of(
            "seconds", Set.of("s"),
            "bytes", Set.of("bytes", "percentunit"),
            "total", Set.of("cps", "short"));

    private final JsonNode dashboard = new ObjectMapper()
            .readTree(
                    Path.of("../../examples/monitoring/grafana-dashboard.json").toFile());

    DashboardTest() throws IOException {}

    private List<JsonNode> panels() {
        return StreamSupport.stream(dashboard.get("panels").spliterator(), false)
                .toList();
    }

    private List<JsonNode> graphs() {
        return panels().stream()
                .filter(panel -> !panel.get("type").asText().equals("row"))
                .toList();
    }

    @Test
    void noTwoPanelsShareAPlaceOrANumber() {
        Set<String> places = new HashSet<>();
        Set<Integer> numbers = new HashSet<>();
        for (JsonNode panel : panels()) {
            JsonNode at = panel.get("gridPos");
            assertThat(numbers.add(panel.get("id").asInt()))
                    .as(panel.toString())
                    .isTrue();
            assertThat(at.get("x").asInt() + at.get("w").asInt()).isLessThanOrEqualTo(COLUMNS);
            for (int x = 0; x < at.get("w").asInt(); x++) {
                for (int y = 0; y < at.get("h").asInt(); y++) {
                    String place =
                            (at.get("x").asInt() + x) + "," + (at.get("y").asInt() + y);
                    assertThat(places.add(place))
                            .as(panel.get("title").asText())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void everyPanelAsksTheChosenDatasourceForOneInstance() {
        assertThat(graphs()).hasSizeGreaterThan(20).allSatisfy(panel -> {
            assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
            assertThat(panel.get("targets"))
                    .isNotEmpty()
                    .allSatisfy(
                            target -> assertThat(target.get("expr").asText()).contains("instance=~\"$instance\""));
        });
    }

    @Test
    void everyVariableIsDefinedAndUsed() {
        Set<String> defined = new HashSet<>();
        dashboard
                .at("/templating/list")
                .forEach(variable -> defined.add(variable.get("name").asText()));
        Set<String> used = new HashSet<>();
        Pattern.compile("\\$\\{?([a-z]\\w*)")
                .matcher(dashboard.get("panels").toString() + dashboard.at("/templating/list"))
                .results()
                .forEach(variable -> used.add(variable.group(1)));

        assertThat(used).isEqualTo(defined);
    }

    /** A legend names labels that the metric has; {@code sum by} leaves only those it names. */
    @Test
    void legendsNameLabelsThatAreThere() throws IOException {
        Map<String, Set<String>> labels = new HashMap<>();
        Pattern.compile("(?m)^(\\w+?)(?:_bucket)?\\{([^}]*)}")
                .matcher(new MetricsTest().scraped())
                .results()
                .forEach(sample -> Pattern.compile("(\\w+)=")
                        .matcher(sample.group(2))
                        .results()
                        .forEach(label -> labels.computeIfAbsent(sample.group(1), any -> new HashSet<>())
                                .add(label.group(1))));
        List<String> wrong = new ArrayList<>();
        for (JsonNode panel : graphs()) {
            for (JsonNode target : panel.get("targets")) {
                String metric = Pattern.compile("(?:firn|jvm|process)_\\w+")
                        .matcher(target.get("expr").asText())
                        .results()
                        .map(found -> found.group().replaceFirst("_bucket$", ""))
                        .findFirst()
                        .orElseThrow();
                Set<String> known = new HashSet<>(labels.getOrDefault(metric, Set.of("table")));
                known.add("instance"); // given by Prometheus
                Pattern.compile("\\{\\{(\\w+)}}")
                        .matcher(target.path("legendFormat").asText())
                        .results()
                        .filter(label -> !known.contains(label.group(1)))
                        .forEach(label -> wrong.add(metric + " has no label " + label.group(1)));
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void unitsAreThoseOfTheMetrics() {
        for (JsonNode panel : graphs()) {
            String unit = panel.at("/fieldConfig/defaults/unit").asText();
            String expression = panel.at("/targets/0/expr").asText();
            String metric = Pattern.compile("(?:firn|jvm|process)_\\w+")
                    .matcher(expression)
                    .results()
                    .map(found -> found.group().replaceFirst("_(bucket|max)$", ""))
                    .findFirst()
                    .orElseThrow();
            String suffix = metric.endsWith("_bytes_total") ? "bytes" : metric.substring(metric.lastIndexOf('_') + 1);
            assertThat(UNITS.getOrDefault(suffix, Set.of("short", "percentunit")))
                    .as(panel.get("title").asText() + " shows " + metric)
                    .contains(unit);
        }
    }
}
