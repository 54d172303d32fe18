package io.firn.engine.redis;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the versions of rows in Redis, ahead of the answers. */
final class VersionLookup {
    private final RowPlace place;
    private final Pipes<Consumer<byte @Nullable []>> pipes;

    VersionLookup(ProjectionContext context) {
        this.place = context.keys().place();
        this.pipes = new Pipes<>(context.servers(), (receiver, answer) -> receiver.accept(version(answer)));
    }

    /** @param receiver takes the version; null when there is no row of a projector under the key */
    void look(byte[] key, Consumer<byte @Nullable []> receiver) {
        if (place.isHash()) {
            pipes.send("HGET", key, receiver, place.version());
        } else {
            int first = place.version().length;
            pipes.send("GETRANGE", key, receiver, number(first), number(first + Version.WIDTH - 1));
        }
    }

    private static byte @Nullable [] version(@Nullable Object answer) {
        return answer instanceof byte[] bytes && bytes.length == Version.WIDTH ? bytes : null;
    }

    private static byte[] number(int number) {
        return RedisSession.bytes(Integer.toString(number));
    }

    void drain() {
        pipes.drain();
    }
}
