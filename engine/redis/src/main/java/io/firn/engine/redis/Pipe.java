package io.firn.engine.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Sends commands to one server ahead of their answers. While Redis works on one half of what is under way, the other
 * half is read or written here; there are never more than {@link #MAX_UNANSWERED} commands, nor many more than
 * {@link #MAX_UNANSWERED_BYTES}, without an answer.
 *
 * @param <T> what the sender wants back with the answer
 */
final class Pipe<T> {
    static final int MAX_UNANSWERED = 1024;
    static final long MAX_UNANSWERED_BYTES = 2L << 20;

    private final RedisSession session;
    private final BiConsumer<T, @Nullable Object> receiver;
    private final Deque<Sent<T>> unanswered = new ArrayDeque<>();
    private final List<Sent<T>> unknownScript = new ArrayList<>();
    private long unansweredBytes;

    /** @param receiver takes every answer, with what was sent for it */
    Pipe(RedisSession session, BiConsumer<T, @Nullable Object> receiver) {
        this.session = session;
        this.receiver = receiver;
    }

    /** @param command as RESP, whole */
    void send(byte[] command, T tag) {
        send(new Sent<>(command, tag));
    }

    private void send(Sent<T> next) {
        session.send(next.command());
        unanswered.add(next);
        unansweredBytes += next.command().length;
        if (unanswered.size() >= MAX_UNANSWERED || unansweredBytes > MAX_UNANSWERED_BYTES) {
            receive((unanswered.size() + 1) / 2);
        }
    }

    /** Waits for all answers. What Redis refused because it had forgotten a script is sent again. */
    void drain() {
        while (!unanswered.isEmpty() || !unknownScript.isEmpty()) {
            receive(unanswered.size());
            if (!unknownScript.isEmpty()) {
                session.loadScripts();
                List<Sent<T>> again = List.copyOf(unknownScript);
                unknownScript.clear();
                again.forEach(this::send);
            }
        }
    }

    private void receive(int count) {
        for (Object answer : session.answers(count)) {
            Sent<T> sent = unanswered.remove();
            unansweredBytes -= sent.command().length;
            if (answer instanceof JedisDataException refusal) {
                refused(sent, refusal);
            } else {
                receiver.accept(sent.tag(), answer);
            }
        }
    }

    private void refused(Sent<T> sent, JedisDataException refusal) {
        if (!String.valueOf(refusal.getMessage()).startsWith("NOSCRIPT")) {
            throw RedisFailures.translate(session.address(), refusal);
        }
        unknownScript.add(sent);
    }

    private record Sent<T>(byte[] command, T tag) {}
}
