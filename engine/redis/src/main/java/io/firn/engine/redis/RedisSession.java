package io.firn.engine.redis;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection to Redis with the scripts loaded. It never reconnects by itself: what was sent before a break and what
 * after may meet different data, so whoever works on it begins again from the position that Redis holds then.
 */
final class RedisSession implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    private static final int BUFFER_BYTES = 128 << 10;

    private final RedisAddress address;
    private final Connection connection;
    private final OutputStream ahead;

    private RedisSession(RedisAddress address, Connection connection, OutputStream ahead) {
        this.address = address;
        this.connection = connection;
        this.ahead = ahead;
    }

    /** Connects, authenticates, selects the database and loads the scripts. */
    static RedisSession open(RedisAddress address) {
        RedisSession session = connect(address);
        try {
            session.loadScripts();
            return session;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Connects, authenticates and selects the database. */
    static RedisSession connect(RedisAddress address) {
        try {
            DefaultJedisClientConfig config = config(address);
            Socket socket = new DefaultJedisSocketFactory(new HostAndPort(address.host(), address.port()), config)
                    .createSocket();
            Connection connection = new Connection(() -> socket, config);
            return new RedisSession(
                    address, connection, new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES));
        } catch (IOException e) {
            throw RedisFailures.translate(address, new JedisConnectionException(e));
        } catch (JedisException e) {
            throw RedisFailures.translate(address, e);
        }
    }

    private static DefaultJedisClientConfig config(RedisAddress address) {
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder()
                .resp2()
                .connectionTimeoutMillis((int) CONNECT_TIMEOUT.toMillis())
                .socketTimeoutMillis((int) ANSWER_TIMEOUT.toMillis())
                .user(address.user())
                .password(address.password() == null ? null : address.password().value())
                .database(address.database())
                .clientName("firn");
        if (address.tls()) {
            config.sslOptions(
                    SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL).build());
        }
        return config.build();
    }

    /** Makes Redis know the scripts, which it forgets when it restarts. */
    void loadScripts() {
        for (Script script : Script.values()) {
            call(Command.SCRIPT, bytes("LOAD"), bytes(script.text()));
        }
    }

    /** Returns what Redis answers to one command. */
    @Nullable
    Object call(ProtocolCommand command, byte[]... arguments) {
        CommandArguments whole = new CommandArguments(command);
        for (byte[] argument : arguments) {
            whole.add(argument);
        }
        try {
            return connection.executeCommand(whole);
        } catch (JedisException e) {
            throw RedisFailures.translate(address, e);
        }
    }

    /** Returns what Redis answers to one command of texts. */
    @Nullable
    Object call(ProtocolCommand command, String... arguments) {
        byte[][] encoded = new byte[arguments.length][];
        for (int i = 0; i < arguments.length; i++) {
            encoded[i] = bytes(arguments[i]);
        }
        return call(command, encoded);
    }

    /** Returns what the script answers for one key. */
    @Nullable
    Object run(Script script, String key, String... arguments) {
        byte[][] whole = new byte[arguments.length + 3][];
        whole[0] = bytes(script.text());
        whole[1] = bytes("1");
        whole[2] = bytes(key);
        for (int i = 0; i < arguments.length; i++) {
            whole[i + 3] = bytes(arguments[i]);
        }
        return call(Command.EVAL, whole);
    }

    /**
     * Sends without waiting for the answer.
     *
     * @param command as RESP
     */
    void send(byte[] command) {
        try {
            ahead.write(command);
        } catch (IOException e) {
            throw RedisFailures.translate(address, new JedisConnectionException(e));
        }
    }

    /** Returns the next {@code count} answers to what was sent; what Redis refused is a {@link JedisDataException}. */
    List<Object> answers(int count) {
        try {
            ahead.flush();
            return connection.getMany(count);
        } catch (IOException e) {
            throw RedisFailures.translate(address, new JedisConnectionException(e));
        } catch (JedisException e) {
            throw RedisFailures.translate(address, e);
        }
    }

    /** Returns what the server says of itself: {@code mode}, {@code role}, {@code version}. */
    @Nullable
    String greeting(String item) {
        List<?> answer = (List<?>) Objects.requireNonNull(call(Command.HELLO, new byte[0][]));
        Map<String, @Nullable String> items = new HashMap<>();
        for (int i = 0; i < answer.size(); i += 2) {
            items.put(String.valueOf(text(answer.get(i))), text(answer.get(i + 1)));
        }
        return items.get(item);
    }

    RedisAddress address() {
        return address;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static @Nullable String text(@Nullable Object answer) {
        return answer instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : null;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (JedisException e) {
            // closing a broken connection is all that was asked
        }
    }
}
