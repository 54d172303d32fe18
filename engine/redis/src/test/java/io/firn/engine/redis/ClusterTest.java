package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.catalog.FirnException;
import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.RedisTableConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Protocol.Command;

/** A real cluster of three nodes on the loopback interface. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterTest {
    private static final int[] FIRST_SLOTS = {0, 5461, 10_923, 16_384};

    private final List<TestRedis> nodes = new ArrayList<>();
    private TestRedis replica;
    private TestLake lake;

    @BeforeAll
    void start(@TempDir Path folder) {
        lake = new TestLake(folder);
        for (int node = 0; node < 3; node++) {
            nodes.add(TestRedis.start(
                    folder.resolve("node" + node),
                    "cluster-enabled yes",
                    "cluster-node-timeout 2000",
                    "appendonly no"));
        }
        replica = TestRedis.start(
                folder.resolve("replica"),
                "cluster-enabled yes",
                "cluster-node-timeout 2000",
                "cluster-replica-validity-factor 0",
                "repl-diskless-sync yes",
                "repl-diskless-sync-delay 0",
                "appendonly no");
        for (int node = 0; node < 3; node++) {
            List<String> slots = new ArrayList<>(List.of("ADDSLOTS"));
            for (int slot = FIRST_SLOTS[node]; slot < FIRST_SLOTS[node + 1]; slot++) {
                slots.add(Integer.toString(slot));
            }
            cluster(node, slots.toArray(String[]::new));
            cluster(node, "SET-CONFIG-EPOCH", Integer.toString(node + 1));
            cluster(0, "MEET", "127.0.0.1", Integer.toString(nodes.get(node).port()));
        }
        cluster(0, "MEET", "127.0.0.1", Integer.toString(replica.port()));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> isWhole(replica) && nodes.stream().allMatch(ClusterTest::isWhole));
    }

    @AfterAll
    void stop() {
        nodes.forEach(TestRedis::close);
        replica.close();
        lake.close();
    }

    private void cluster(int node, String... arguments) {
        try (RedisSession session = session(nodes.get(node))) {
            session.call(Command.CLUSTER, arguments);
        }
    }

    private static RedisSession session(TestRedis node) {
        return RedisSession.connect(RedisAddress.parse(node.uri()));
    }

    private static boolean isWhole(TestRedis node) {
        try (RedisSession session = session(node)) {
            String info = TestRedis.text(session.call(Command.CLUSTER, "INFO"));
            return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:4");
        }
    }

    private Projector open() {
        return open("product:{product_id}");
    }

    private Projector open(String key) {
        String any = "redis://127.0.0.1:%d,127.0.0.1:%d"
                .formatted(nodes.get(2).port(), nodes.get(0).port());
        return Projector.open(
                new RedisConfig(any, Map.of("product", new RedisTableConfig(key))), lake.lake, lake.workbench);
    }

    private int keys(int node) {
        try (RedisSession session = session(nodes.get(node))) {
            return session.call(Command.KEYS, "*product:*") instanceof List<?> names ? names.size() : 0;
        }
    }

    private TestLake.Change[] changes(long seed) {
        Random random = new Random(seed);
        TestLake.Change[] changes = new TestLake.Change[600];
        for (int i = 0; i < changes.length; i++) {
            long id = random.nextInt(400);
            changes[i] = random.nextInt(4) == 0 ? lake.delete(id) : lake.put(id, "name " + i, i + ".25");
        }
        return changes;
    }

    @Test
    @Order(1)
    void rowsAreOnTheNodesThatTheirKeysSayAndANodeThatLosesItsDataIsFilledAgain() {
        long seed = System.nanoTime();
        lake.commit(changes(seed));
        try (Projector projector = open()) {
            projector.catchUp();
            lake.commit(changes(seed + 1));
            projector.catchUp();
            assertThat(List.of(keys(0), keys(1), keys(2))).as("seed %d", seed).allMatch(count -> count > 60);
            requireSame(projector, seed);

            try (RedisSession session = session(nodes.get(1))) {
                session.call(Command.FLUSHALL, new byte[0][]);
            }
            assertThat(projector.catchUp("product").loaded())
                    .as("seed %d", seed)
                    .isEqualTo(lake.rows.size());
            requireSame(projector, seed);

            lake.commit(changes(seed + 2));
            assertThat(projector.catchUp("product").loaded()).isZero();
            requireSame(projector, seed);
        }
        try (Projector projector = open("generation:{gen}:{product_id}")) {
            projector.rebuild("product");
            requireSame(projector, seed);
        }
    }

    @Test
    @Order(2)
    void aReplicaTakesOverAndGetsWhatItsPrimaryHadNotSentIt() {
        long seed = System.nanoTime();
        try (RedisSession session = session(replica)) {
            session.call(Command.CLUSTER, "REPLICATE", id(nodes.get(2)));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> TestRedis.text(session.call(Command.INFO, "replication"))
                            .contains("master_link_status:up"));
        }
        try (Projector projector = open()) {
            lake.commit(changes(seed));
            projector.catchUp();
            try (RedisSession session = session(nodes.get(2))) {
                session.call(Command.WAIT, "1", "10000");
                replica.signal("STOP");
                session.call(Command.CLIENT, "KILL", "TYPE", "replica");
            }
            lake.commit(changes(seed + 1));
            projector.catchUp();
            nodes.get(2).kill();
            replica.signal("CONT");
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(250))
                    .ignoreExceptionsInstanceOf(FirnException.class)
                    .until(() -> projector.catchUp("product").applied().written() > 0);
            requireSame(projector, seed);
            try (RedisSession session = session(replica)) {
                assertThat(TestRedis.text(session.call(Command.INFO, "replication")))
                        .contains("role:master");
            }
        }
    }

    private static String id(TestRedis node) {
        try (RedisSession session = session(node)) {
            return TestRedis.text(session.call(Command.CLUSTER, "MYID"));
        }
    }

    private void requireSame(Projector projector, long seed) {
        Verification found = projector.verify("product", new Coverage.All());
        assertThat(found.differences()).as("seed %d", seed).isEmpty();
        assertThat(found.compared()).as("seed %d", seed).isEqualTo(lake.rows.size());
    }
}
