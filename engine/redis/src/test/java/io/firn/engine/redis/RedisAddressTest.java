package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.config.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {

    @Test
    void readsAllParts() {
        assertThat(RedisAddress.parse("rediss://shop:p%40ss+1@cache.example:6380/3"))
                .isEqualTo(new RedisAddress("cache.example", 6380, true, "shop", new Secret("p@ss+1"), 3));
        assertThat(RedisAddress.parse("redis://:secret@localhost"))
                .isEqualTo(new RedisAddress("localhost", 6379, false, null, new Secret("secret"), 0));
    }

    @Test
    void doesNotShowThePassword() {
        assertThat(RedisAddress.parse("redis://shop:hunter2@localhost:6380/3"))
                .hasToString("redis at localhost:6380 database 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost", "redis://", "redis://localhost/first", "redis://only-user@localhost"})
    void refusesWhatIsNoAddress(String uri) {
        assertThatThrownBy(() -> RedisAddress.parse(uri))
                .hasMessage("serving.redis.uri must be redis://[user:password@]host:port[/database], or rediss for TLS,"
                        + " but was " + uri);
    }
}
