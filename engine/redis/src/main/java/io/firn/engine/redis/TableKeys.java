package io.firn.engine.redis;

import io.firn.catalog.config.RedisTableConfig;
import io.firn.catalog.config.RowForm;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import redis.clients.jedis.Protocol.Command;

/**
 * The rows of one table in Redis: how their keys and they themselves are made, and finding those that are there.
 *
 * @param config what is wanted of the table
 * @param place where a row stands under its key
 * @param links what else changes with a row
 * @param dependents what other tables have of its rows
 */
record TableKeys(
        String table,
        KeyTemplate template,
        RedisTableConfig config,
        RowPlace place,
        Links links,
        List<Links.Embedded> dependents) {
    private static final String KEYS_LOOKED_AT = "1000";

    /** Returns a table whose rows are hashes of all columns, alone under their keys. */
    static TableKeys of(String table, KeyTemplate template) {
        return new TableKeys(
                table,
                template,
                new RedisTableConfig(template.toString()),
                RowPlace.whole(RowForm.HASH),
                Links.NONE,
                List.of());
    }

    /** @param source the current table, or its change log */
    RowShape shape(Table source) {
        return shape(source.schema());
    }

    /** @param source the schema of the current table, or of its change log */
    RowShape shape(Schema source) {
        return RowShape.of(this, source);
    }

    /**
     * Returns what tells these rows from those of another configuration: the template, and a form that is not the
     * usual.
     */
    String description() {
        boolean usual = config.form() == RowForm.HASH && config.fields().isEmpty() && !config.linked();
        return usual
                ? template.toString()
                : template + " " + config.form().name().toLowerCase(Locale.ROOT) + " " + new TreeMap<>(config.fields())
                        + (config.linked() ? " " + config.sets() + " " + config.embed() : "");
    }

    /**
     * Finds keys that look like rows. Keys that are there from beginning to end are found, perhaps more than once; the
     * connections must have no command under way, also when {@code portion} returns.
     *
     * @param portion takes some keys at a time
     */
    void scan(RedisServers servers, String glob, Consumer<List<byte[]>> portion) {
        servers.all().forEach(session -> scanKeys(session, RedisSession.bytes(glob), place.redisType(), portion));
    }

    /** Finds keys of a type on one server. */
    static void scanKeys(RedisSession session, byte[] glob, String type, Consumer<List<byte[]>> portion) {
        byte[] cursor = RedisSession.bytes("0");
        do {
            Object answer = session.call(
                    Command.SCAN,
                    cursor,
                    RedisSession.bytes("MATCH"),
                    glob,
                    RedisSession.bytes("COUNT"),
                    RedisSession.bytes(KEYS_LOOKED_AT),
                    RedisSession.bytes("TYPE"),
                    RedisSession.bytes(type));
            List<?> page = (List<?>) Objects.requireNonNull(answer);
            cursor = (byte[]) page.get(0);
            List<byte[]> keys =
                    ((List<?>) page.get(1)).stream().map(byte[].class::cast).toList();
            if (!keys.isEmpty()) {
                portion.accept(keys);
            }
        } while (cursor.length != 1 || cursor[0] != '0');
    }

    /**
     * Removes the rows, of whatever form they were once written, that a pattern and a condition name, a portion at a
     * time; fields of other tables stay.
     */
    void unlink(RedisServers servers, String glob, Predicate<byte[]> condition) {
        unlink(servers, glob, "hash", condition);
        if (place.removed().isEmpty()) {
            unlink(servers, glob, "string", condition);
        }
    }

    /**
     * Removes all rows, what is remembered of deleted ones, and the sets that they are members of. The cuts of another
     * lake begin anew, so that a version of the one before would keep its rows out.
     */
    void unlinkAll(RedisServers servers) {
        unlink(servers, template.glob(Generation.NONE), key -> true);
        unlinkTombstones(servers);
        for (Links.SetLink set : links.sets()) {
            String type = set.config().score() == null ? "set" : "zset";
            unlink(servers, set.key().glob(Generation.NONE), type, key -> true);
        }
        for (Links.Embedded one : links.embedded()) {
            unlink(servers, KeyTemplate.escaped(one.references()) + "*", "set", key -> true);
        }
    }

    /** Rows whose keys have braces of their own have tombstones without more braces. */
    private void unlinkTombstones(RedisServers servers) {
        Pipes<Boolean> pipes = new Pipes<>(servers, (tag, answer) -> {});
        String rows = template.glob(Generation.NONE);
        for (String glob : List.of("{" + rows + "}" + place.tombstone(), rows + place.tombstone())) {
            forEach(servers, glob, "string", pipes, key -> pipes.send("UNLINK", key, true));
        }
    }

    private void unlink(RedisServers servers, String glob, String type, Predicate<byte[]> condition) {
        Pipes<Boolean> pipes = new Pipes<>(servers, (tag, answer) -> {});
        forEach(servers, glob, type, pipes, key -> {
            if (condition.test(key)) {
                remove(pipes, key);
            }
        });
    }

    private static void forEach(
            RedisServers servers, String glob, String type, Pipes<Boolean> pipes, Consumer<byte[]> work) {
        servers.all()
                .forEach(session -> scanKeys(session, RedisSession.bytes(glob), type, portion -> {
                    portion.forEach(work);
                    pipes.drain();
                }));
    }

    private void remove(Pipes<Boolean> pipes, byte[] key) {
        if (place.removed().isEmpty()) {
            pipes.send("UNLINK", key, true);
        } else {
            pipes.send("HDEL", key, true, place.removedFields());
        }
    }
}
