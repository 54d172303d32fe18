package io.firn.bench.ingest;

import io.firn.demo.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A broker in a process of its own, so that its work is not counted as the writer's. Argument: the folder of its
 * topics. Prints its address and stops when standard input ends.
 */
public final class BenchBroker {
    private BenchBroker() {}

    /** See the class. */
    public static void main(String[] args) throws IOException {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(Path.of(args[0]))) {
            System.out.println(kafka.bootstrapServers());
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        }
    }
}
