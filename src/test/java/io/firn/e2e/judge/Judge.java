package io.firn.e2e.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks Spark what is in a lake. The catalog is called {@code lake} and is the default, so {@code atlas.product} and
 * {@code lake.atlas.product} are the same table; nothing is cached between two questions.
 *
 * <p>Values arrive as strings that lose nothing, as {@code io.firn.judge.Rendering} describes: {@code "12.50"} for a
 * decimal(12,2), {@code "2026-11-21T08:00:00.000000Z"} for a timestamp; NULL is {@code null}, an array is a
 * {@link List}, a struct a {@link java.util.Map}, a map a list of two-element lists.
 *
 * <p>All judges of a test run share one Spark, each with its own session, because starting it takes seconds.
 */
public final class Judge implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JudgeProcess process;

    private final ObjectNode lake;

    private Judge(JudgeProcess process, ObjectNode lake) {
        this.process = process;
        this.lake = lake;
    }

    /**
     * A judge of one lake.
     *
     * @param catalogUri JDBC URI of its catalog, whose tables belong to a catalog of the name {@code lake}
     * @param warehouse location of its tables, as a URI
     */
    public static Judge start(String catalogUri, String warehouse) {
        return new Judge(
                JudgeProcess.shared(),
                JSON.createObjectNode().put("uri", catalogUri).put("warehouse", warehouse));
    }

    /** The rows that {@code sql} returns. */
    public List<List<@Nullable Object>> query(String sql) {
        return table(sql).rows();
    }

    /** The rows that {@code sql} returns, and the names and types of their columns. */
    public JudgedTable table(String sql) {
        ObjectNode request = JSON.createObjectNode().put("sql", sql);
        request.set("lake", lake);
        return JSON.convertValue(checked(request), JudgedTable.class);
    }

    /** The one value of the one row that {@code sql} returns. */
    public @Nullable Object value(String sql) {
        List<List<@Nullable Object>> rows = query(sql);
        if (rows.size() != 1 || rows.get(0).size() != 1) {
            throw new AssertionError("Expected one value from " + sql + " but was " + rows);
        }
        return rows.get(0).get(0);
    }

    /** Runs a statement for its effect. */
    public void execute(String sql) {
        table(sql);
    }

    /** Lets go of the lake; Spark itself runs on for the next judge and ends with this process. */
    @Override
    public void close() {
        ObjectNode request = JSON.createObjectNode();
        request.set("forget", lake);
        checked(request);
    }

    private JsonNode checked(ObjectNode request) {
        JsonNode answer = process.ask(request);
        if (answer.has("error")) {
            throw new AssertionError("The judge refused " + request.path("sql").asText() + "\n"
                    + answer.get("error").asText() + "\n" + process.log());
        }
        return answer;
    }
}
