package io.firn.engine.redis;

import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;

/**
 * One table's position in Redis: the hash {@code firn:<namespace>.<table>}. Every change to it is one script on this
 * one key. In a cluster each primary also has a mark, which says how far its own rows are: where a primary has lost
 * what it was told, its mark says so.
 */
final class PositionStore {
    /** What the keys of positions look like. */
    static final KeyTemplate KEYS = KeyTemplate.parse("positions", "firn:{table}");

    private static final String PREFIX = "firn:";

    private final RedisServers servers;
    private final String key;
    private final List<String> marks;
    private final Clock clock;

    PositionStore(RedisServers servers, String table, Clock clock) {
        this.servers = servers;
        this.key = PREFIX + table;
        this.marks = servers.tags().stream()
                .map(tag -> "%s{%s}:%s".formatted(PREFIX, tag, table))
                .toList();
        this.clock = clock;
    }

    /** What Redis answered to a wish to move on. */
    enum Outcome {
        DONE,
        /** Another projector was there first. */
        ALREADY_THERE,
        /** Redis is not where the work began: it has lost data since. */
        BEHIND,
        /** Redis was emptied and filled anew. */
        OTHER_ORIGIN,
        /** Readers were switched to another generation. */
        OTHER_GENERATION,
        /** Another rebuild began since. */
        OTHER_REBUILD;

        static Outcome of(@Nullable Object answer) {
            return switch (((Long) Objects.requireNonNull(answer)).intValue()) {
                case 1 -> DONE;
                case 0 -> ALREADY_THERE;
                case -1 -> BEHIND;
                case -2 -> OTHER_ORIGIN;
                case -3 -> OTHER_GENERATION;
                case -4 -> OTHER_REBUILD;
                default -> throw new IllegalStateException("unknown answer " + answer);
            };
        }

        /** Whether everything is applied up to there, by whomever. */
        boolean reached() {
            return this == DONE || this == ALREADY_THERE;
        }
    }

    /** A point of the change log. */
    record Point(long cut, long snapshot) {}

    /** Returns the position that all servers have reached. */
    Position read() {
        Position position = read(key);
        for (String mark : marks) {
            position = position.limitedBy(read(mark));
        }
        return position;
    }

    private Position read(String hash) {
        String[] arguments = new String[Position.FIELDS.size() + 1];
        arguments[0] = hash;
        for (int i = 1; i < arguments.length; i++) {
            arguments[i] = Position.FIELDS.get(i - 1);
        }
        return Position.of((List<?>) Objects.requireNonNull(call(hash, Command.HMGET, arguments)));
    }

    /**
     * Says that everything after {@code from} and up to {@code to} is applied.
     *
     * @param work the position that was read before the work began
     */
    Outcome advance(Position work, long from, Point to) {
        for (String mark : marks) {
            Outcome outcome = advance(mark, work, Generation.NONE, from, to);
            if (!outcome.reached()) {
                return outcome;
            }
        }
        return advance(key, work, work.generation(), from, to);
    }

    private Outcome advance(String hash, Position work, Generation generation, long from, Point to) {
        return Outcome.of(run(
                Script.ADVANCE,
                hash,
                Objects.requireNonNull(work.origin()),
                generation.text(),
                Long.toString(from),
                Long.toString(to.cut()),
                Long.toString(to.snapshot()),
                clock.instant().toString()));
    }

    /** Returns a new generation, later than all before. */
    Generation newGeneration() {
        Object number = call(key, Command.HINCRBY, key, "generations", "1");
        return Generation.of((Long) Objects.requireNonNull(number));
    }

    /** Returns the origin of the data that is being rebuilt. */
    String begin(String rebuild, String table, String newOrigin) {
        Object answer = run(Script.BEGIN, key, rebuild, table, newOrigin);
        String origin = Objects.requireNonNull(RedisSession.text(answer));
        marks.forEach(mark -> run(Script.MARK, mark, origin, rebuild));
        return origin;
    }

    /** Ends the rebuild, with everything up to {@code to} applied. */
    Outcome finish(Rebuild.Run run, Point to, ProjectionContext context) {
        for (String mark : marks) {
            Outcome outcome = finish(mark, run, Generation.NONE, to, context);
            if (outcome != Outcome.DONE) {
                return outcome;
            }
        }
        return finish(key, run, run.generation(), to, context);
    }

    private Outcome finish(String hash, Rebuild.Run run, Generation generation, Point to, ProjectionContext context) {
        return Outcome.of(run(
                Script.FINISH,
                hash,
                run.name(),
                run.origin(),
                generation.text(),
                Long.toString(to.cut()),
                Long.toString(to.snapshot()),
                clock.instant().toString(),
                context.keys().description(),
                Long.toString(clock.instant().plus(context.settings().grace()).toEpochMilli())));
    }

    /** Notes that all generations before {@code generation} are gone. */
    void retired(Generation generation) {
        run(Script.RETIRED, key, generation.text());
    }

    /** Forgets how far the data is, for its cuts are those of another log; readers keep the generation they use. */
    void forget() {
        call(key, Command.HDEL, key, "origin", "cut", "snapshot", "rebuild", "table");
        marks.forEach(mark -> call(mark, Command.DEL, mark));
    }

    /** Returns the key of the lease of whoever rebuilds the table. */
    String leaseKey() {
        return "{" + key + "}:rebuilding";
    }

    private @Nullable Object run(Script script, String hash, String... arguments) {
        return servers.of(hash).run(script, hash, arguments);
    }

    private @Nullable Object call(String hash, Command command, String... arguments) {
        return servers.of(hash).call(command, arguments);
    }
}
