package io.firn.cli.wiring;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.SourceType;
import io.firn.dq.expect.KeyHints;
import io.firn.engine.debezium.PostgresSeedSource;
import io.firn.engine.debezium.PostgresSeedSource.Handover;
import io.firn.engine.debezium.PostgresSettings;
import io.firn.engine.debezium.PostgresSource;
import io.firn.engine.index.IndexHints;
import io.firn.engine.index.KeyGlance;
import io.firn.engine.index.KeyStore;
import io.firn.engine.index.RocksKeyStore;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.ingest.IngestSetup;
import io.firn.engine.kafka.KafkaSettings;
import io.firn.engine.kafka.KafkaSource;
import io.firn.engine.seed.FilesSeedSource;
import io.firn.engine.seed.SeedSource;
import io.firn.engine.source.ChangeSource;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileStage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/** Puts the parts of a configuration together. */
public final class Wiring {
    private Wiring() {}

    /**
     * Opens the configured source.
     *
     * @throws FirnException when it is not one this build can read
     */
    public static ChangeSource source(FirnConfig config) {
        return switch (config.source().type()) {
            case KAFKA -> new KafkaSource(KafkaSettings.of(config));
            case POSTGRES -> new PostgresSource(PostgresSettings.of(config));
            case FILES ->
                throw new FirnException(
                        ErrorCode.CONFIG_INVALID,
                        "source.type is files, which ingest cannot follow; it must be kafka or postgres");
        };
    }

    /**
     * Opens the topics of the tables alone, to look at where they end.
     *
     * @throws FirnException when the source is not Kafka
     */
    public static ChangeSource topics(FirnConfig config) {
        return new KafkaSource(KafkaSettings.ofTables(config));
    }

    /**
     * Where first rows come from.
     *
     * @param partBytes how much of a table is read in one transaction
     * @param notes is told what may take long
     * @throws FirnException when the configuration has no database
     */
    public static SeedSource seedSource(FirnConfig config, long partBytes, Consumer<String> notes) {
        if (config.source().postgres() == null) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID, "source.postgres is missing: the first rows are read from PostgreSQL");
        }
        Handover handover = config.source().type() == SourceType.POSTGRES
                ? Handover.inProcess()
                : Handover.toConnector(() -> ends(config));
        return new PostgresSeedSource(PostgresSettings.of(config), handover, partBytes, notes);
    }

    /**
     * First rows from files.
     *
     * @param locations by table of the source, where its files are
     */
    public static SeedSource seedFiles(
            FirnConfig config, Lake lake, DuckDatabase database, Map<String, String> locations) {
        PostgresTables declared = new PostgresTables(config.source().postgres());
        return new FilesSeedSource(
                database,
                config.workbench().tempDirectory().resolve("seed"),
                name -> declared.find(name)
                        .orElseThrow(() -> new FirnException(
                                ErrorCode.SOURCE_MISCONFIGURED, "source.postgres: PostgreSQL has no table " + name)),
                locations,
                () -> lake.table(config.tables().keySet().iterator().next()).io(),
                () -> config.source().type() == SourceType.POSTGRES
                        ? PostgresSeedSource.begin(PostgresSettings.of(config))
                        : SourcePosition.EMPTY);
    }

    private static SourcePosition ends(FirnConfig config) {
        try (ChangeSource topics = source(config)) {
            return topics.present();
        }
    }

    /** The writer's parts, with its key index in the configured folder. */
    public static IngestSetup ingest(
            FirnConfig config,
            Lake lake,
            DuckDatabase database,
            FileStage stage,
            ChangeSource source,
            IngestListener listener) {
        return new IngestSetup(
                config,
                lake,
                database,
                source,
                new PostgresTables(config.source().postgres()),
                keyStores(config),
                stage,
                Clock.systemUTC(),
                listener);
    }

    private static Function<String, KeyStore> keyStores(FirnConfig config) {
        return table -> RocksKeyStore.open(index(config, table));
    }

    private static Path index(FirnConfig config, String table) {
        return config.workbench()
                .indexDirectory()
                .resolve(config.lake().namespace())
                .resolve(table);
    }

    /** @return what the key indexes on this machine know, whoever writes them */
    public static KeyHints keyHints(FirnConfig config) {
        return new IndexHints(table -> KeyGlance.open(
                index(config, table),
                config.workbench()
                        .tempDirectory()
                        .resolve("glance")
                        .resolve(UUID.randomUUID().toString())));
    }
}
