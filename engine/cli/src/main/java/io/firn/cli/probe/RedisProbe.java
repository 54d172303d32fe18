package io.firn.cli.probe;

import io.firn.catalog.config.RedisConfig;
import io.firn.engine.redis.RedisCheck;

/** Redis answers, accepts the login, and permits what a projector needs. */
final class RedisProbe {

    private RedisProbe() {}

    static String ping(RedisConfig config) {
        return RedisCheck.connect(config) + ", " + config.tables().size() + " tables";
    }
}
