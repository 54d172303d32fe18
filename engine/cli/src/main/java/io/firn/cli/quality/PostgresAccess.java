package io.firn.cli.quality;

import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.PostgresConfig;
import io.firn.cli.probe.PostgresFailures;
import io.firn.cli.wiring.PostgresTables;
import io.firn.dq.expect.SourceAccess;
import io.firn.dq.verify.LakeProgress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** The configured PostgreSQL, as checks ask it. */
record PostgresAccess(FirnConfig config, Lake lake, PostgresConfig postgres) implements SourceAccess {
    private static final Duration START_UP = Duration.ofSeconds(30);

    /** Null when none is configured. */
    static @Nullable SourceAccess of(FirnConfig config, Lake lake) {
        PostgresConfig postgres = config.source().postgres();
        return postgres == null ? null : new PostgresAccess(config, lake, postgres);
    }

    @Override
    public Connection connect() {
        try {
            return PostgresTables.connect(postgres);
        } catch (SQLException e) {
            throw PostgresFailures.translate(postgres, e);
        }
    }

    @Override
    public LakeProgress progress() {
        Map<String, Table> logs = new HashMap<>();
        config.tables()
                .keySet()
                .forEach(name -> lake.find(TableDefinition.changeLogOf(name)).ifPresent(log -> logs.put(name, log)));
        return new LakeProgress(logs);
    }

    @Override
    public Duration patience() {
        return config.commit().interval().multipliedBy(2).plus(START_UP);
    }
}
