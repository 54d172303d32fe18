package io.firn.engine.redis;

import static io.firn.engine.redis.RedisSession.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.config.RowForm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Protocol.Command;

@ParameterizedClass
@EnumSource
@SuppressWarnings("NullAway.Init") // Redis is started once, before all
class RowWriterTest {
    private static TestRedis redis;

    private final RowWriter.Hashes hashes;
    private final RowWriter writer;

    RowWriterTest(RowWriter.Hashes hashes) {
        this.hashes = hashes;
        writer = new RowWriter(
                redis.servers(), RowPlace.whole(RowForm.HASH), List.of("name", "price"), Duration.ofHours(1), hashes);
    }

    @BeforeAll
    static void start(@TempDir Path folder) {
        redis = TestRedis.start(folder);
    }

    @AfterAll
    static void stop() {
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
    void fieldsOfOthersStayOnlyWhereFieldsAreWritten() {
        upsert(3, 100, "Boots", "12.50");
        redis.call(Command.HSET, "product:1", "stock", "7");
        upsert(3, 101, "Boots", "13.00");
        assertThat(redis.row("product:1"))
                .isEqualTo(
                        hashes == RowWriter.Hashes.BY_FIELDS
                                ? Map.of("name", "Boots", "price", "13.00", "stock", "7")
                                : Map.of("name", "Boots", "price", "13.00"));
    }

    @Test
    void valuesThatOutgrowADumpAndShrinkAgainAreOfTheLatestVersion() {
        String large = "x".repeat(HashDump.MAX_BYTES + 1);
        for (int i = 0; i < 10; i++) {
            String name = i % 2 == 0 ? "small " + i : large + i;
            writer.upsert(Version.of(3, 100 + i, 1), row("product:1", name, null));
            writer.upsert(Version.of(3, 100 + i, 1), row("product:2", name, "1.00"));
        }
        Applied applied = writer.drain();
        assertThat(applied.written() + applied.outdated()).isEqualTo(20);
        assertThat(redis.row("product:1")).isEqualTo(Map.of("name", large + 9));
        assertThat(redis.row("product:2")).isEqualTo(Map.of("name", large + 9, "price", "1.00"));
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

    @Test
    void valuesOfAnyBytesAreKept() {
        for (String value : List.of("", "\0", "a\0b", "\r\n$3\r\n", "-", "1:", "é\u2603", "x".repeat(70_000))) {
            upsert(3, 100, value, value);
            assertThat(redis.row("product:1")).isEqualTo(Map.of("name", value, "price", value));
        }
    }

    @Test
    void whatIsLoadedAsDumpsIsWhatIsLoadedFieldByField() {
        for (int count : new int[] {0, 1, 7, 127, 128, 300}) {
            List<String> names = IntStream.range(0, count)
                    .mapToObj(i -> "f" + i + "x".repeat(i % 60))
                    .toList();
            for (int longest : new int[] {12, 63, 64, 65, 20_000}) {
                @Nullable
                String[] values = IntStream.range(0, count)
                        .mapToObj(i -> i % 5 == 4
                                ? null
                                : i % 3 == 0 ? Integer.toString(i) : "é".repeat(i % (longest / 2 + 1)))
                        .toArray(String[]::new);
                if (count > 0) {
                    values[count - 1] = "y".repeat(longest);
                }
                Map<String, String> expected = new TreeMap<>(Map.of("_v", "------2---------0Z-------0"));
                for (int i = 0; i < count; i++) {
                    String value = values[i];
                    if (value != null) {
                        expected.put(names.get(i), value);
                    }
                }
                redis.call(Command.FLUSHALL);
                for (RowWriter.Hashes loading : RowWriter.Hashes.values()) {
                    RowWriter loader = new RowWriter(
                            redis.servers(), RowPlace.whole(RowForm.HASH), names, Duration.ofHours(1), loading);
                    loader.load(Version.of(3, 100, 1), row("product:" + loading, values));
                    assertThat(loader.drain()).isEqualTo(new Applied(1, 0, 0));
                    assertThat(redis.hash("product:" + loading))
                            .as("%d fields, up to %d bytes, as %s", count, longest, loading)
                            .isEqualTo(expected);
                }
                assertThat(encoding("product:AS_DUMPS")).isEqualTo(encoding("product:BY_FIELDS"));
            }
        }
    }

    private String encoding(String key) {
        return TestRedis.text(redis.client().call(Command.OBJECT, "ENCODING", key));
    }

    private Applied upsert(long cut, long lsn, String name, @Nullable String price) {
        writer.upsert(Version.of(cut, lsn, 1), row("product:1", name, price));
        return writer.drain();
    }

    private static WritableRow row(String key, @Nullable String... values) {
        return WritableRow.alone(bytes(key), packed(values));
    }

    private static byte[] packed(@Nullable String... values) {
        return bytes(Stream.of(values)
                .map(value -> value == null ? "-" : bytes(value).length + ":" + value)
                .collect(Collectors.joining()));
    }

    private Applied delete(long cut, long lsn) {
        writer.delete(Version.of(cut, lsn, 1), bytes("product:1"));
        return writer.drain();
    }
}
