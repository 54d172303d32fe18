package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.cli.demo.Demo;
import io.firn.cli.demo.DemoOptions;
import io.firn.cli.demo.DemoPage;
import io.firn.cli.demo.DemoResult;
import io.firn.cli.terminal.OutputFormat;
import io.firn.cli.terminal.Progress;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code firn demo}. */
@Command(
        name = "demo",
        header = "Runs the whole system on embedded servers and shows what it did.",
        description = "PostgreSQL 14, Debezium, Kafka and Redis run in this process while a shop trades for some days;"
                + " the lake they leave behind is used with firn -c DIR/firn.yaml.",
        footer = "  firn demo --rows 20000 --changes 30000 --days 3 --dir ./firn-demo")
final class DemoCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--rows", paramLabel = "N", description = "Products at the beginning.", defaultValue = "10000")
    private int rows;

    @Option(names = "--changes", paramLabel = "N", description = "Row changes over all days.", defaultValue = "30000")
    private int changes;

    @Option(names = "--days", paramLabel = "N", description = "Business days.", defaultValue = "3")
    private int days;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where servers and lake keep their files.",
            defaultValue = "./firn-demo")
    private Path directory = Path.of("firn-demo");

    DemoCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        DemoOptions options = new DemoOptions(rows, changes, days, directory);
        DemoResult result;
        try (Progress progress = session.progress()) {
            result = new Demo(options, LocalDate.now(ZoneOffset.UTC), progress).run();
        }
        DemoPage page = new DemoPage(result);
        session.terminal().out().println(session.output() == OutputFormat.TABLE ? page.text() : page.json());
        List<String> broken = result.checks().stream()
                .filter(check -> !check.held())
                .map(check -> check.name() + ": " + check.detail())
                .toList();
        if (!broken.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CHECK_FAILED, broken);
        }
        return 0;
    }
}
