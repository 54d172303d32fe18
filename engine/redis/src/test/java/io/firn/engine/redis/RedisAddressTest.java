package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.config.Secret;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.HostAndPort;

class RedisAddressTest {

    @Test
    void readsAllParts() {
        assertThat(RedisAddress.parse("rediss://shop:p%40ss+1@cache.example:6380/3"))
                .isEqualTo(new RedisAddress(
                        List.of(new HostAndPort("cache.example", 6380)), true, "shop", new Secret("p@ss+1"), 3, null));
        assertThat(RedisAddress.parse("redis://:secret@localhost"))
                .isEqualTo(new RedisAddress(
                        List.of(new HostAndPort("localhost", 6379)), false, null, new Secret("secret"), 0, null));
    }

    @Test
    void readsSeveralNodesAndSentinels() {
        assertThat(RedisAddress.parse("redis://a:7000,b").hosts())
                .containsExactly(new HostAndPort("a", 7000), new HostAndPort("b", 6379));
        assertThat(RedisAddress.parse("redis-sentinel://s1,s2:5000/2#shop"))
                .isEqualTo(new RedisAddress(
                        List.of(new HostAndPort("s1", 26_379), new HostAndPort("s2", 5000)),
                        false,
                        null,
                        null,
                        2,
                        "shop"));
    }

    @Test
    void doesNotShowThePassword() {
        assertThat(RedisAddress.parse("redis://shop:hunter2@localhost:6380/3"))
                .hasToString("redis at localhost:6380 database 3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost",
                "redis://",
                "redis://localhost/first",
                "redis://only-user@localhost",
                "redis-sentinel://a",
                "redis://a#b"
            })
    void refusesWhatIsNoAddress(String uri) {
        assertThatThrownBy(() -> RedisAddress.parse(uri))
                .hasMessage("serving.redis.uri must be redis://[user:password@]host:port[/database], rediss for TLS, or"
                        + " redis-sentinel://…#name, but was " + uri);
    }
}
