package io.firn.compactor.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.launcher.JavaModuleOptions;

/** A Spark driver in a process of its own, with the classes of this test. */
final class Driver {
    private Driver() {}

    /**
     * Runs one to its end, which must be a good one.
     *
     * @param folder for what the driver writes outside the lake
     * @param settings of Spark, as {@code spark-submit --conf} hands them over
     * @return what it said
     */
    static String run(Path folder, Map<String, String> settings, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        Path out = folder.resolve("driver.out");
        Path home = Files.createDirectories(folder.resolve("spark-home"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-Dspark.testing=true", "-Dspark.test.home=" + home));
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
        settings.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment()
                .putAll(Map.of("SPARK_TESTING", "1", "SPARK_SCALA_VERSION", "2.13", "SPARK_HOME", home.toString()));
        Process driver = builder.start();
        boolean ended = false;
        try {
            ended = driver.waitFor(10, TimeUnit.MINUTES);
        } finally {
            driver.destroyForcibly();
        }
        String said = Files.readString(out, StandardCharsets.UTF_8);
        assertThat(ended).as(said).isTrue();
        assertThat(driver.exitValue()).as(said).isEqualTo(0);
        return said;
    }
}
