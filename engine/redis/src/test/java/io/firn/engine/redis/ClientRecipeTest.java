package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.RedisTableConfig;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

/** The examples that read rows through rebuilds, run while rebuilds switch them from one generation to the next. */
class ClientRecipeTest {
    private static final Duration KEEP = Duration.ofMillis(200);

    @TempDir
    Path folder;

    @Test
    void clientsInJavaPythonAndNodeMissNothingWhileReadersAreSwitched() throws Exception {
        ProjectorSettings settings = new ProjectorSettings(1_000, Duration.ofHours(1), Duration.ofSeconds(2));
        try (TestRedis redis = TestRedis.start(folder.resolve("redis"));
                TestLake lake = new TestLake(folder);
                Projector projector = Projector.open(
                        new RedisConfig(
                                redis.uri(), Map.of("product", new RedisTableConfig("product:{gen}:{product_id}"))),
                        lake.lake,
                        lake.workbench,
                        settings)) {
            lake.commit(lake.put(1, "Boots", "0.00"));
            projector.catchUp();
            List<Process> clients = new ArrayList<>();
            for (List<String> command : List.of(List.of("python3", "watch.py"), List.of("node", "watch.mjs"))) {
                start(command, redis.port()).ifPresent(clients::add);
            }
            ExecutorService thread = Executors.newSingleThreadExecutor();
            Future<Integer> java = thread.submit(() -> watchInJava(redis.port()));
            for (int switches = 1; switches <= 4; switches++) {
                lake.commit(lake.put(1, "Boots", switches == 4 ? "99.00" : switches + ".00"));
                projector.catchUp();
                projector.rebuild("product");
            }
            assertThat(redis.hash("firn:shop.product")).containsEntry("gen", "5");
            assertThat(java.get()).isPositive();
            thread.shutdown();
            for (Process client : clients) {
                assertThat(client.waitFor()).as(client.info().toString()).isZero();
            }
        }
    }

    private static Path examples() {
        return repository().resolve("examples/serving");
    }

    private static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("ARCHITECTURE.md"))) {
            folder = Objects.requireNonNull(folder.getParent());
        }
        return folder;
    }

    /** Empty where the language is not installed. */
    private static Optional<Process> start(List<String> command, int port) throws URISyntaxException {
        URL script = ClientRecipeTest.class.getResource("/clients/" + command.get(1));
        assertThat(script).isNotNull();
        try {
            return Optional.of(new ProcessBuilder(
                            command.get(0),
                            Path.of(script.toURI()).toString(),
                            examples().toString(),
                            Integer.toString(port))
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private int watchInJava(int port) throws Exception {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        classes.toString(),
                        examples().resolve("Rows.java").toString());
        assertThat(failed).isZero();
        try (URLClassLoader loader =
                        new URLClassLoader(new URL[] {classes.toUri().toURL()});
                UnifiedJedis client = RedisClient.create("127.0.0.1", port)) {
            Class<?> type = loader.loadClass("Rows");
            UnaryOperator<String> key = generation -> "product:" + generation + ":";
            Object rows = type.getConstructor(UnifiedJedis.class, String.class, UnaryOperator.class, Duration.class)
                    .newInstance(client, "shop.product", key, KEEP);
            Method find = type.getMethod("find", String.class);
            String newest = "";
            for (int reads = 1; ; reads++) {
                Map<?, ?> row = (Map<?, ?>) ((Optional<?>) find.invoke(rows, "1")).orElseThrow();
                String version = (String) row.get("_v");
                assertThat(version).isGreaterThanOrEqualTo(newest);
                newest = version;
                if ("99.00".equals(row.get("price"))) {
                    assertThat((Optional<?>) find.invoke(rows, "2")).isEmpty();
                    return reads;
                }
            }
        }
    }
}
