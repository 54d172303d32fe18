package io.firn.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers SQL over one or more Iceberg lakes, one JSON request per line of standard input and one JSON response per
 * line of standard output, in order.
 *
 * <p>Request: {@code {"sql": "SELECT …"}}, with {@code "lake": {"uri": "jdbc:sqlite:…", "warehouse": "file:…"}} to ask
 * another lake than the one on the command line. Each lake is a Spark session of its own in which the catalog is called
 * {@code lake} and is the default catalog; {@code {"forget": {"uri": …, "warehouse": …}}} drops that session. Response:
 * {@code {"columns": [{"name": …, "type": …}], "rows": [[…], …]}} with values as {@link Rendering} writes them, or
 * {@code {"error": "…"}}.
 *
 * <p>Arguments are those of {@link Arguments}. Everything else that Spark says goes to standard error. The process ends
 * when standard input does, also in the middle of a query, so it never outlives the process that started it.
 */
public final class SparkJudge {

    private static final Logger LOG = LoggerFactory.getLogger(SparkJudge.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Lakes lakes;

    private SparkJudge(Lakes lakes) {
        this.lakes = lakes;
    }

    /** Runs until standard input ends; see the class for the protocol. */
    public static void main(String[] args) {
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        try {
            BlockingQueue<String> requests = requestsUntilParentEnds();
            SparkJudge judge = new SparkJudge(Lakes.open(Arguments.parse(args)));
            while (true) {
                answers.println(judge.answer(requests.take()));
            }
        } catch (InterruptedException | RuntimeException | LinkageError e) {
            LOG.error("Cannot go on", e);
            Runtime.getRuntime().halt(1);
        }
    }

    private ObjectNode answer(String request) {
        try {
            JsonNode parsed = JSON.readTree(request);
            if (parsed.has("forget")) {
                lakes.forget(location(parsed.get("forget")));
                return Rendering.table(new StructType(), List.of());
            }
            Optional<Lakes.Location> lake =
                    Optional.ofNullable(parsed.get("lake")).map(SparkJudge::location);
            Dataset<Row> result = lakes.session(lake).sql(parsed.required("sql").asText());
            return Rendering.table(result.schema(), result.collectAsList());
        } catch (Exception | LinkageError e) {
            LOG.warn("Failed: {}", request, e);
            return JSON.createObjectNode().put("error", message(e));
        }
    }

    private static Lakes.Location location(JsonNode lake) {
        return new Lakes.Location(
                lake.required("uri").asText(), lake.required("warehouse").asText());
    }

    private static String message(Throwable e) {
        String own = e.getClass().getSimpleName() + ": " + e.getMessage();
        return e.getCause() == null || e.getCause() == e ? own : own + "\ncaused by " + message(e.getCause());
    }

    private static BlockingQueue<String> requestsUntilParentEnds() {
        BlockingQueue<String> requests = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> readRequests(requests), "requests");
        reader.setDaemon(true);
        reader.start();
        return requests;
    }

    private static void readRequests(BlockingQueue<String> requests) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                requests.add(line);
            }
        } catch (IOException e) {
            LOG.warn("Standard input failed", e);
        }
        Runtime.getRuntime().halt(0);
    }
}
