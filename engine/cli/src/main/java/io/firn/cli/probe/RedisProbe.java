package io.firn.cli.probe;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.Failures;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.Secret;
import java.net.URI;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** Redis answers and accepts the login. */
final class RedisProbe {

    private RedisProbe() {}

    static String ping(RedisConfig config) {
        String where = "serving.redis.uri: Redis at " + Secret.maskUri(config.uri());
        int patienceMillis = (int) Probes.PATIENCE.toMillis();
        try (Jedis redis = new Jedis(URI.create(config.uri()), patienceMillis)) {
            redis.ping();
            return Secret.maskUri(config.uri()) + ", " + config.tables().size() + " tables";
        } catch (JedisAccessControlException e) {
            throw denied(where, e);
        } catch (JedisDataException e) {
            if (String.valueOf(e.getMessage()).matches("(NOAUTH|WRONGPASS|NOPERM|ERR AUTH).*")) {
                throw denied(where, e);
            }
            throw new FirnException(ErrorCode.SERVING_UNAVAILABLE, where + " answered: " + e.getMessage(), e);
        } catch (JedisConnectionException e) {
            throw new FirnException(
                    ErrorCode.SERVING_UNAVAILABLE, where + " cannot be reached: " + Failures.rootMessage(e), e);
        } catch (JedisException | IllegalArgumentException e) {
            throw new FirnException(ErrorCode.CONFIG_INVALID, where + " cannot be used: " + Failures.rootMessage(e), e);
        }
    }

    private static FirnException denied(String where, JedisException cause) {
        return new FirnException(ErrorCode.ACCESS_DENIED, where + " refused the login: " + cause.getMessage(), cause);
    }
}
