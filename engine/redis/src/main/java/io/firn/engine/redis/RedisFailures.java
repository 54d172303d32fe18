package io.firn.engine.redis;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.util.Locale;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** What Redis, or the way to it, says went wrong, as one line that names the Redis and what to do. */
final class RedisFailures {
    private RedisFailures() {}

    static FirnException translate(RedisAddress address, JedisException failure) {
        return failure instanceof JedisDataException refused
                ? refused(address, refused)
                : new FirnException(
                        ErrorCode.SERVING_UNAVAILABLE,
                        "%s cannot be reached: %s".formatted(address, rootMessage(failure)),
                        failure);
    }

    private static FirnException refused(RedisAddress address, JedisDataException failure) {
        String said = String.valueOf(failure.getMessage());
        if (said.contains("WRONGPASS") || said.contains("invalid password") || said.contains("without any password")) {
            return denied(address + " refused the user or the password of serving.redis.uri", failure);
        }
        if (said.contains("NOAUTH")) {
            return denied(address + " asks for a password, and serving.redis.uri has none", failure);
        }
        if (said.contains("NOPERM")) {
            return denied(
                    "%s does not permit user %s what is needed: %s"
                            .formatted(address, address.user() == null ? "default" : address.user(), plain(said)),
                    failure);
        }
        return new FirnException(ErrorCode.SERVING_UNAVAILABLE, address + " " + state(said), failure);
    }

    private static FirnException denied(String message, JedisDataException cause) {
        return new FirnException(ErrorCode.ACCESS_DENIED, message, cause);
    }

    private static String state(String said) {
        if (said.contains("OOM ")) {
            return "is full: its maxmemory is reached, so rows cannot be written";
        }
        if (said.contains("READONLY ")) {
            return "is a read-only replica: serving.redis.uri must name the primary";
        }
        if (said.startsWith("LOADING")) {
            return "is still loading its data from disk";
        }
        if (said.matches("(?s)(MOVED|ASK|CLUSTERDOWN|TRYAGAIN)\\b.*")) {
            return "has given hash slots to another node, or its cluster is down: the next run asks where they are";
        }
        if (said.contains("MISCONF")) {
            return "accepts no writes because it cannot save its data to disk";
        }
        if (said.contains("WRONGTYPE")) {
            return "has something that is not a row of this form under the name of a row: another program uses the same keys";
        }
        return "answered: " + plain(said);
    }

    /** Without the script's name and line, which mean nothing to who reads it. */
    private static String plain(String said) {
        return said.replaceFirst(
                "^ERR Error running script \\(call to f_[0-9a-f]+\\): @\\w+:\\d+: (@\\w+: \\d+: )?-?", "");
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName().toLowerCase(Locale.ROOT) : message;
    }
}
