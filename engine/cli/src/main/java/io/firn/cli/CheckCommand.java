package io.firn.cli;

import io.firn.catalog.FirnException;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.probe.Probe;
import io.firn.cli.probe.Probes;
import io.firn.cli.terminal.OutputFormat;
import io.firn.cli.terminal.Progress;
import io.firn.cli.terminal.RowWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code firn check}. */
@Command(
        name = "check",
        header = "Tries the configuration and every connection in it.",
        description =
                "Reports all problems at once: catalog, warehouse, Kafka and its topics, PostgreSQL and its tables,"
                        + " Redis, Snowflake. Changes nothing.",
        footer = "  firn -c shop/firn.yaml check --output json")
final class CheckCommand implements Callable<Integer> {

    private record Outcome(String name, String result, String detail, List<FirnException> failures) {}

    private final Session session;

    CheckCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        List<Outcome> outcomes = new ArrayList<>();
        outcomes.add(new Outcome(
                "configuration",
                "ok",
                session.configFile() + ", " + config.tables().size() + " tables",
                List.of()));
        List<Probe> probes = Probes.of(config);
        try (Progress progress = session.progress()) {
            for (Probe probe : probes) {
                progress.begin("checking " + probe.name());
                outcomes.add(outcome(probe));
            }
        }
        print(outcomes);
        return report(outcomes.stream()
                .flatMap(outcome -> outcome.failures().stream())
                .toList());
    }

    private static Outcome outcome(Probe probe) {
        try {
            return new Outcome(probe.name(), "ok", probe.run(), List.of());
        } catch (FirnException e) {
            return new Outcome(probe.name(), "failed", String.join("; ", e.problems()), List.of(e));
        }
    }

    private void print(List<Outcome> outcomes) {
        try (RowWriter rows = session.rows("check", "result", "detail")) {
            outcomes.forEach(outcome -> rows.row(List.of(outcome.name(), outcome.result(), detail(outcome))));
        }
    }

    /** A person reads the problems below the table, line by line; a script finds them in the data. */
    private String detail(Outcome outcome) {
        boolean saidBelow =
                session.output() == OutputFormat.TABLE && !outcome.failures().isEmpty();
        return saidBelow ? "" : outcome.detail();
    }

    /** Wrong configuration outweighs a server that is down: trying again would not help. */
    private int report(List<FirnException> failures) {
        ErrorReport errors = new ErrorReport(session.terminal().err());
        failures.forEach(errors::report);
        return failures.stream()
                .map(FirnException::code)
                .mapToInt(ErrorReport::exitCode)
                .max()
                .orElse(0);
    }
}
