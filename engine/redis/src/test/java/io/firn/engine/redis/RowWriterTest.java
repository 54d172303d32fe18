package io.firn.engine.redis;

import static io.firn.engine.redis.RedisSession.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.config.RowForm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Protocol.Command;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RowWriterTest {
    private final TestRedis redis;
    private final RowWriter writer;

    RowWriterTest(@TempDir Path folder) {
        redis = TestRedis.start(folder);
        writer = new RowWriter(redis.servers(), RowPlace.whole(RowForm.HASH), Duration.ofHours(1));
    }

    @AfterAll
    void stop() {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.call(Command.FLUSHALL);
    }

    @Test
    void writesFieldsAndTheVersion() {
        assertThat(upsert(3, 100, "Boots", "12.50")).isEqualTo(new Applied(1, 0, 0));
        assertThat(redis.hash("product:1"))
                .isEqualTo(Map.of("name", "Boots", "price", "12.50", "_v", "------2---------0Z-------0"));
    }

    @Test
    void keepsWhatIsNewer() {
        upsert(3, 101, "new", "2.00");
        assertThat(upsert(3, 100, "old", "1.00")).isEqualTo(new Applied(0, 0, 1));
        assertThat(redis.row("product:1")).isEqualTo(Map.of("name", "new", "price", "2.00"));
    }

    @Test
    void theSameVersionIsWrittenAgainToMendWhatOthersChanged() {
        upsert(3, 100, "a", "1.00");
        redis.call(Command.HSET, "product:1", "price", "9.00");
        assertThat(upsert(3, 100, "a", "1.00")).isEqualTo(new Applied(1, 0, 0));
        assertThat(redis.row("product:1")).isEqualTo(Map.of("name", "a", "price", "1.00"));
    }

    @Test
    void theSameVersionDoesNotRaiseTheDead() {
        delete(3, 102);
        assertThat(upsert(3, 102, "a", "1.00")).isEqualTo(new Applied(0, 0, 1));
        assertThat(redis.keys("product:*")).isEmpty();
    }

    @Test
    void tellsLogSequenceNumbersApartThatLuaNumbersCannot() {
        long beyond = (1L << 53) + 1;
        upsert(3, beyond, "new", null);
        assertThat(upsert(3, beyond - 1, "old", null)).isEqualTo(new Applied(0, 0, 1));
        assertThat(redis.row("product:1")).isEqualTo(Map.of("name", "new"));
    }

    @Test
    void aLaterCutWinsOverALaterLogSequenceNumber() {
        upsert(3, 200, "before", null);
        assertThat(upsert(4, 100, "after", null)).isEqualTo(new Applied(1, 0, 0));
        assertThat(redis.row("product:1")).isEqualTo(Map.of("name", "after"));
    }

    @Test
    void aFieldThatBecomesNullGoes() {
        upsert(3, 100, "Boots", "12.50");
        upsert(3, 101, "Boots", null);
        assertThat(redis.row("product:1")).isEqualTo(Map.of("name", "Boots"));
    }

    @Test
    void fieldsOfOthersStay() {
        upsert(3, 100, "Boots", "12.50");
        redis.call(Command.HSET, "product:1", "stock", "7");
        upsert(3, 101, "Boots", "13.00");
        assertThat(redis.row("product:1")).isEqualTo(Map.of("name", "Boots", "price", "13.00", "stock", "7"));
    }

    @Test
    void aDeletedRowIsGoneForAPlainClientAndItsVersionIsRemembered() {
        upsert(3, 100, "Boots", "12.50");
        assertThat(delete(3, 101)).isEqualTo(new Applied(0, 1, 0));
        assertThat(redis.keys("product:*")).isEmpty();
        assertThat(redis.string("{product:1}:gone")).isEqualTo("------2---------0_-------0");
        long ttl = (Long) Objects.requireNonNull(redis.client().call(Command.PTTL, "{product:1}:gone"));
        assertThat(ttl).isBetween(3_500_000L, 3_600_000L);
    }

    @Test
    void aLateUpsertDoesNotRaiseTheDead() {
        upsert(3, 100, "Boots", "12.50");
        delete(3, 102);
        assertThat(upsert(3, 101, "Boots", "13.00")).isEqualTo(new Applied(0, 0, 1));
        assertThat(redis.keys("product:*")).isEmpty();
    }

    @Test
    void aLateUpsertAfterADeleteThatCameFirstDoesNothing() {
        delete(3, 102);
        assertThat(upsert(3, 101, "Boots", "13.00")).isEqualTo(new Applied(0, 0, 1));
        assertThat(redis.keys("product:*")).isEmpty();
    }

    @Test
    void aRowInsertedAfterItsDeletionIsThere() {
        delete(3, 102);
        assertThat(upsert(3, 103, "Boots", "13.00")).isEqualTo(new Applied(1, 0, 0));
        assertThat(redis.row("product:1")).isEqualTo(Map.of("name", "Boots", "price", "13.00"));
        assertThat(redis.string("{product:1}:gone")).isNull();
    }

    @Test
    void aLateDeleteDoesNothing() {
        upsert(3, 103, "Boots", "13.00");
        assertThat(delete(3, 102)).isEqualTo(new Applied(0, 0, 1));
        assertThat(redis.row("product:1")).isEqualTo(Map.of("name", "Boots", "price", "13.00"));
    }

    @Test
    void sweepingDeletesOlderRowsOnlyAndLeavesTombstones() {
        upsert(3, 100, "Boots", "12.50");
        writer.sweep(Version.of(3, 100, 1), bytes("product:1"));
        assertThat(writer.drain()).isEqualTo(Applied.EMPTY);
        writer.sweep(Version.completeAt(3), bytes("product:1"));
        assertThat(writer.drain()).isEqualTo(new Applied(0, 1, 0));
        assertThat(upsert(3, 900, "Boots", "12.50")).isEqualTo(new Applied(0, 0, 1));
        assertThat(upsert(4, 901, "Boots", "12.50")).isEqualTo(new Applied(1, 0, 0));
    }

    @Test
    void sweepingLeavesHashesOfOthersAlone() {
        redis.call(Command.HSET, "product:stats", "count", "7");
        writer.sweep(Version.completeAt(3), bytes("product:stats"));
        assertThat(writer.drain()).isEqualTo(Applied.EMPTY);
        assertThat(redis.hash("product:stats")).isEqualTo(Map.of("count", "7"));
    }

    @Test
    void goesOnWhenRedisHasForgottenTheScripts() {
        redis.call(Command.SCRIPT, "FLUSH");
        for (int i = 0; i < 3_000; i++) {
            writer.upsert(Version.of(3, 100, 1), row("product:" + i, "name", null));
        }
        assertThat(writer.drain()).isEqualTo(new Applied(3_000, 0, 0));
        assertThat(redis.keys("product:*")).hasSize(3_000);
    }

    private Applied upsert(long cut, long lsn, String name, @Nullable String price) {
        writer.upsert(Version.of(cut, lsn, 1), row("product:1", name, price));
        return writer.drain();
    }

    private static WritableRow row(String key, String name, @Nullable String price) {
        RespBuffer arguments = new RespBuffer(64);
        if (price == null) {
            arguments.bulk(2).bulk(bytes("name")).bulk(bytes(name)).bulk(1).bulk(bytes("price"));
            return new WritableRow(bytes(key), 5, arguments.toBytes());
        }
        arguments
                .bulk(4)
                .bulk(bytes("name"))
                .bulk(bytes(name))
                .bulk(bytes("price"))
                .bulk(bytes(price))
                .bulk(0);
        return new WritableRow(bytes(key), 6, arguments.toBytes());
    }

    private Applied delete(long cut, long lsn) {
        writer.delete(Version.of(cut, lsn, 1), bytes("product:1"));
        return writer.drain();
    }
}
