package io.firn.engine.ingest;

import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.engine.index.KeyStore;
import io.firn.engine.source.ChangeSource;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileStage;
import java.time.Clock;
import java.util.function.Function;

/**
 * What an {@link Ingest} works with. None of it is closed by the ingest but the key stores it opened.
 *
 * @param tables asked when a table has to be made or has changed
 * @param keyStores opens the key index's store for a table's name
 * @param stage brings data files to where DuckDB can read them
 */
public record IngestSetup(
        FirnConfig config,
        Lake lake,
        DuckDatabase database,
        ChangeSource source,
        SourceTables tables,
        Function<String, KeyStore> keyStores,
        FileStage stage,
        Clock clock,
        IngestListener listener) {}
