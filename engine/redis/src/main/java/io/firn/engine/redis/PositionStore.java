package io.firn.engine.redis;

import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;

/**
 * One table's position in Redis: the hash {@code firn:<namespace>.<table>}. Every change to it is one script on this
 * one key.
 */
final class PositionStore {
    /** What the keys of positions look like. */
    static final KeyTemplate KEYS = KeyTemplate.parse("positions", "firn:{table}");

    private static final String PREFIX = "firn:";

    private final RedisSession session;
    private final String key;
    private final Clock clock;

    PositionStore(RedisSession session, String table, Clock clock) {
        this.session = session;
        this.key = PREFIX + table;
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
    }

    /** A point of the change log. */
    record Point(long cut, long snapshot) {}

    Position read() {
        String[] arguments = new String[Position.FIELDS.size() + 1];
        arguments[0] = key;
        for (int i = 1; i < arguments.length; i++) {
            arguments[i] = Position.FIELDS.get(i - 1);
        }
        Object answer = session.call(Command.HMGET, arguments);
        return Position.of((List<?>) Objects.requireNonNull(answer));
    }

    /**
     * Says that everything after {@code from} and up to {@code to} is applied.
     *
     * @param work the position that was read before the work began
     */
    Outcome advance(Position work, long from, Point to) {
        return Outcome.of(session.run(
                Script.ADVANCE,
                key,
                Objects.requireNonNull(work.origin()),
                work.generation().text(),
                Long.toString(from),
                Long.toString(to.cut()),
                Long.toString(to.snapshot()),
                clock.instant().toString()));
    }

    /** Returns a new generation, later than all before. */
    Generation newGeneration() {
        Object number = session.call(Command.HINCRBY, key, "generations", "1");
        return Generation.of((Long) Objects.requireNonNull(number));
    }

    /** Returns the origin of the data that is being rebuilt. */
    String begin(String rebuild, String table, String newOrigin) {
        return Objects.requireNonNull(RedisSession.text(session.run(Script.BEGIN, key, rebuild, table, newOrigin)));
    }

    /** Ends the rebuild, with everything up to {@code to} applied. */
    Outcome finish(Rebuild.Run run, Point to, ProjectionContext context) {
        return Outcome.of(session.run(
                Script.FINISH,
                key,
                run.name(),
                run.origin(),
                run.generation().text(),
                Long.toString(to.cut()),
                Long.toString(to.snapshot()),
                clock.instant().toString(),
                context.keys().template().toString(),
                Long.toString(clock.instant().plus(context.settings().grace()).toEpochMilli())));
    }

    /** Notes that all generations before {@code generation} are gone. */
    void retired(Generation generation) {
        session.run(Script.RETIRED, key, generation.text());
    }

    /** Forgets how far the data is, for its cuts are those of another log; readers keep the generation they use. */
    void forget() {
        session.call(Command.HDEL, key, "origin", "cut", "snapshot", "rebuild", "table");
    }

    /** Returns the key of the lease of whoever rebuilds the table. */
    String leaseKey() {
        return "{" + key + "}:rebuilding";
    }
}
