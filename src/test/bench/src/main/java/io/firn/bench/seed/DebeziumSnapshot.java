package io.firn.bench.seed;

import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.engine.debezium.PostgresSettings;
import io.firn.engine.debezium.PostgresSource;
import io.firn.engine.index.RocksKeyStore;
import io.firn.engine.ingest.Ingest;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.ingest.IngestSetup;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import java.time.Clock;
import java.util.Optional;

/** The other way to load a table: Debezium's snapshot through the writer, as a source without a load gives it. */
final class DebeziumSnapshot {
    private DebeziumSnapshot() {}

    static void ingest(FirnConfig config, SourceShape shape) {
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                CachedFiles files = new CachedFiles(config.workbench());
                PostgresSource source = new PostgresSource(PostgresSettings.of(config));
                Ingest ingest = new Ingest(new IngestSetup(
                        config,
                        lake,
                        duck,
                        source,
                        table -> Optional.of(shape.declared(table)),
                        table -> RocksKeyStore.open(
                                config.workbench().indexDirectory().resolve(table)),
                        files,
                        Clock.systemUTC(),
                        new IngestListener() {}))) {
            ingest.runUntilCaughtUp();
        }
    }
}
