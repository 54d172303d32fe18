package io.firn.engine.redis;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends each command to the server that has its key, ahead of the answers.
 *
 * @param <T> what the sender wants back with the answer
 */
final class Pipes<T> {
    private final RedisServers servers;
    private final Map<RedisSession, Pipe<T>> pipes = new HashMap<>();

    /** @param receiver takes every answer, with what was sent for it */
    Pipes(RedisServers servers, BiConsumer<T, @Nullable Object> receiver) {
        this.servers = servers;
        servers.all().forEach(session -> pipes.put(session, new Pipe<>(session, receiver)));
    }

    /** Sends a command whose first argument is its key. */
    void send(String command, byte[] key, T tag, byte[]... more) {
        byte[][] arguments = new byte[more.length + 1][];
        arguments[0] = key;
        System.arraycopy(more, 0, arguments, 1, more.length);
        to(key).send(RespBuffer.command(command, arguments), tag);
    }

    /** Returns the pipe to the server that has the key. */
    Pipe<T> to(byte[] key) {
        return to(servers.of(key));
    }

    Pipe<T> to(RedisSession session) {
        Pipe<T> pipe = pipes.get(session);
        if (pipe == null) {
            throw new IllegalStateException("no pipe to " + session.address());
        }
        return pipe;
    }

    /** Waits for all answers. */
    void drain() {
        pipes.values().forEach(Pipe::drain);
    }
}
