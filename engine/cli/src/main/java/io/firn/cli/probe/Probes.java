package io.firn.cli.probe;

import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.PostgresConfig;
import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.SourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The probes for everything that a configuration names. */
public final class Probes {

    static final Duration PATIENCE = Duration.ofSeconds(5);

    private Probes() {}

    /** In the order in which a reader wants to know: the lake, the source, the serving side. */
    public static List<Probe> of(FirnConfig config) {
        List<Probe> probes = new ArrayList<>();
        probes.add(new Probe("catalog", () -> LakeProbe.catalog(config.lake())));
        probes.add(new Probe("warehouse", () -> LakeProbe.warehouse(config.lake())));
        if (config.source().type() == SourceType.KAFKA) {
            probes.add(new Probe(
                    "kafka", new KafkaProbe(config.source(), config.tables().values())));
        }
        PostgresConfig postgres = config.source().postgres();
        if (postgres != null) {
            probes.add(new Probe("postgres", new PostgresProbe(config.source().type(), postgres, config.tables())));
            if (GateProbe.isNeeded(config)) {
                probes.add(new Probe("rules", new GateProbe(config, postgres)));
            }
        }
        RedisConfig redis = config.serving().redis();
        if (redis != null) {
            probes.add(new Probe("redis", () -> RedisProbe.ping(redis)));
        }
        if (config.serving().snowflake() != null) {
            probes.add(new Probe("snowflake tables", () -> SnowflakeProbe.tables(config)));
            probes.add(new Probe("snowflake", () -> SnowflakeProbe.login(config)));
        }
        return probes;
    }
}
