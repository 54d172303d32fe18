package io.firn.cli;

import io.firn.catalog.Lake;
import io.firn.catalog.Registration;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.RowWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code firn register}. */
@Command(
        name = "register",
        header = "Makes tables known to a catalog that has lost them.",
        description =
                "Looks for tables under lake.catalog.warehouse and registers those that the catalog does not know, by their"
                        + " newest metadata file. Data, history and tags are as they were.",
        footer = "  firn register --dry-run")
final class RegisterCommand implements Runnable {
    private final Session session;

    @Option(names = "--dry-run", description = "Only say what would be registered.")
    private boolean dryRun;

    RegisterCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        FirnConfig config = session.config();
        try (Lake lake = Lake.open(config.lake());
                RowWriter rows = session.rows("table", "version", "metadata_file")) {
            Registration registration = new Registration(lake, config.lake());
            for (Registration.Found found : registration.plan()) {
                if (!dryRun) {
                    registration.register(found);
                }
                rows.row(List.of(found.table(), found.version(), found.metadataFile()));
            }
        }
    }
}
