package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.FirnException;
import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.RedisSetConfig;
import io.firn.catalog.config.RedisTableConfig;
import io.firn.catalog.config.RowForm;
import io.firn.engine.ingest.CommittedCut;
import io.firn.engine.ingest.Ingest;
import io.firn.engine.ingest.IngestListener;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer hands its cuts to a projector in memory; beside it, another Redis is told by the change log alone. */
class HandOverTest {
    private static final Set<String> TABLES = Set.of("product");

    @TempDir
    Path folder;

    private final long seed = System.nanoTime();
    private ShopWriter shop;
    private TestRedis redis;
    private TestRedis other;
    private Projector projector;
    private Projector byTheLog;

    @BeforeEach
    void start() throws IOException {
        shop = new ShopWriter(folder, seed);
        redis = TestRedis.start(folder.resolve("redis"));
        other = TestRedis.start(folder.resolve("other"));
        projector = open(redis.uri());
        byTheLog = open(other.uri());
    }

    @AfterEach
    void stop() {
        projector.close();
        byTheLog.close();
        redis.close();
        other.close();
        shop.close();
    }

    private Projector open(String uri) {
        Map<String, RedisSetConfig> sets = Map.of(
                "named", new RedisSetConfig("named:{name}", "product_id", null),
                "heaviest", new RedisSetConfig("heaviest:{on_sale}", "product_id", "weight"));
        RedisTableConfig product = new RedisTableConfig("product:{product_id}", RowForm.HASH, Map.of(), sets, Map.of());
        return Projector.open(new RedisConfig(uri, Map.of("product", product)), shop.lake, shop.workbench);
    }

    private static HandOver awaited(long maxChanges) {
        HandOver handOver = new HandOver(TABLES, maxChanges);
        handOver.begin();
        return handOver;
    }

    private static IngestListener listener(HandOver handOver) {
        return new IngestListener() {
            @Override
            public boolean takes(CommittedCut cut) {
                return handOver.offer(cut);
            }
        };
    }

    private List<Progress> applyAll(HandOver handOver) {
        List<Progress> all = new ArrayList<>();
        for (CommittedCut cut = handOver.poll().orElse(null);
                cut != null;
                cut = handOver.poll().orElse(null)) {
            try {
                all.add(projector.apply(cut));
            } finally {
                drop(cut);
            }
        }
        return all;
    }

    private void drop(CommittedCut cut) {
        try (DuckDBConnection connection = shop.duck.connect()) {
            cut.drop(connection);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** All rows, tombstones and positions, but when things were done and what the filling is called. */
    private static Map<String, Object> everything(TestRedis redis) {
        Map<String, Object> all = new TreeMap<>();
        for (String key : redis.keys("*product*")) {
            if (key.endsWith(":gone")) {
                all.put(key, String.valueOf(redis.string(key)));
            } else {
                Map<String, String> hash = redis.hash(key);
                hash.keySet().removeAll(Set.of("at", "origin"));
                all.put(key, hash);
            }
        }
        return all;
    }

    private void assertSame() {
        byTheLog.catchUp();
        assertThat(everything(redis)).as("seed %d", seed).isEqualTo(everything(other));
        assertThat(projector.verify("product", new Coverage.All()).differences())
                .as("rows and sets, seed %d", seed)
                .isEmpty();
    }

    private void nothingIsKept() {
        try (DuckDBConnection connection = shop.duck.connect();
                Statement statement = connection.createStatement();
                ResultSet kept =
                        statement.executeQuery("SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'kept:%'")) {
            kept.next();
            assertThat(kept.getLong(1)).isZero();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsHandedOverIsWhatTheLogSays() {
        HandOver handOver = awaited(10_000);
        try (Ingest ingest = shop.start(listener(handOver))) {
            shop.change(100);
            ingest.runUntilCaughtUp();
            assertThat(applyAll(handOver)).hasSize(1).allMatch(first -> first.loaded() > 0);
            assertSame();
            for (int cut = 2; cut <= 4; cut++) {
                shop.change(80);
                if (cut == 3) {
                    shop.truncate();
                    shop.change(30);
                }
                ingest.runUntilCaughtUp();
            }
            List<Progress> applied = applyAll(handOver);
            assertThat(applied).extracting(Progress::cut).containsExactly(2L, 3L, 4L);
            assertThat(applied).extracting(Progress::loaded).containsOnly(0L);
            assertThat(redis.hash("firn:shop.product")).containsEntry("cut", "4");
            assertSame();

            shop.change(50);
            ingest.runUntilCaughtUp();
            handOver.end().forEach(this::drop);
            shop.change(50);
            ingest.runUntilCaughtUp();
            assertThat(handOver.poll()).isEmpty();
        }
        nothingIsKept();
    }

    @Test
    void whatFindsNoRoomIsReadFromTheLogAndSoIsWhatWasCutInTheMiddle() throws IOException {
        HandOver handOver = awaited(150);
        projector.close();
        try (CuttingProxy proxy = new CuttingProxy(redis.port());
                Ingest ingest = shop.start(listener(handOver))) {
            projector = open(proxy.uri());
            shop.change(100);
            ingest.runUntilCaughtUp();
            applyAll(handOver);
            assertSame();
            shop.change(120);
            ingest.runUntilCaughtUp();
            shop.change(140);
            ingest.runUntilCaughtUp();
            assertThat(handOver.missed()).containsExactly("product");
            assertThat(applyAll(handOver)).extracting(Progress::cut).containsExactly(2L);
            shop.change(30);
            ingest.runUntilCaughtUp();
            assertThat(applyAll(handOver)).extracting(Progress::cut).containsExactly(4L);
            assertSame();

            shop.change(100);
            ingest.runUntilCaughtUp();
            CommittedCut cut = handOver.poll().orElseThrow();
            proxy.cutAfter(5_000);
            assertThatThrownBy(() -> projector.apply(cut)).isInstanceOf(FirnException.class);
            proxy.cutAfter(Long.MAX_VALUE);
            drop(cut);
        }
        projector.close();
        projector = open(redis.uri());
        shop.change(60);
        HandOver next = awaited(10_000);
        try (Ingest ingest = shop.start(listener(next))) {
            ingest.runUntilCaughtUp();
            assertThat(applyAll(next)).extracting(Progress::cut).containsExactly(6L);
        }
        assertSame();
        nothingIsKept();
    }

    @Test
    void aRedisThatWentBackIsBroughtUpFromTheLog() {
        HandOver handOver = awaited(10_000);
        try (Ingest ingest = shop.start(listener(handOver))) {
            shop.change(100);
            ingest.runUntilCaughtUp();
            applyAll(handOver);
            assertSame();
            Path backup = redis.backUp(folder.resolve("backup.rdb"));
            for (int cut = 2; cut <= 4; cut++) {
                shop.change(80);
                ingest.runUntilCaughtUp();
                if (cut == 3) {
                    applyAll(handOver);
                    redis.restore(backup);
                    projector.close();
                }
            }
            assertThat(applyAll(handOver)).extracting(Progress::cut).containsExactly(4L);
            assertSame();
        }
    }
}
