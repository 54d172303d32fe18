package io.firn.cli;

import io.firn.catalog.Cut;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.SourceType;
import io.firn.cli.wiring.Wiring;
import io.firn.engine.debezium.PostgresSeedSource;
import io.firn.engine.debezium.PostgresSettings;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.ingest.Restart;
import io.firn.engine.source.ChangeSource;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import picocli.CommandLine.Command;

/** {@code firn restart-capture}. */
@Command(
        name = "restart-capture",
        header = "Lets change capture in this process go on after its replication slot was lost.",
        description =
                "Makes the slot anew and notes in the lake that changes come from there. What changed in between is in no"
                        + " change log: compare afterwards with firn verify, and let it read differing rows again (--repair), or load"
                        + " whole tables again with firn seed while firn ingest runs. Refuses where the slot is there.",
        footer = "  firn restart-capture")
final class RestartCaptureCommand implements Runnable {
    private final Session session;

    RestartCaptureCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        FirnConfig config = session.config();
        if (config.source().type() != SourceType.POSTGRES) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID,
                    "source.type must be postgres: a connector makes its slot anew by itself when it is started");
        }
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase database = DuckDatabase.open(config.workbench());
                CachedFiles files = new CachedFiles(config.workbench());
                ChangeSource source = Wiring.source(config);
                Restart restart =
                        new Restart(Wiring.ingest(config, lake, database, files, source, IngestListener.NONE))) {
            Cut cut = restart.at(PostgresSeedSource.beginAnew(PostgresSettings.of(config)));
            session.note("changes come from the new slot with cut %d; next: firn ingest, then firn verify --repair"
                    .formatted(cut.number() + 1));
        }
    }
}
