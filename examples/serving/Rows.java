import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import redis.clients.jedis.UnifiedJedis;

/**
 * Looks up rows whose keys have a generation, such as {@code product:{gen}:{product_id}}, and never misses one while a
 * rebuild switches readers from one generation to the next. Give each thread its own, or let them share one: at worst the
 * generation is read twice.
 */
public final class Rows {
    private final UnifiedJedis redis;
    private final String position;
    private final UnaryOperator<String> keyOfGeneration;
    private final long keepNanos;
    private volatile String generation = "";
    private volatile long readNanos;

    /**
     * @param table with its namespace: {@code shop.product}
     * @param keyOfGeneration makes of a generation what stands before a row's id: {@code gen -> "product:" + gen + ":"}
     * @param keep how long the generation is kept; at most 30 seconds
     */
    public Rows(UnifiedJedis redis, String table, UnaryOperator<String> keyOfGeneration, Duration keep) {
        this.redis = redis;
        this.position = "firn:" + table;
        this.keyOfGeneration = keyOfGeneration;
        this.keepNanos = keep.toNanos();
    }

    /** Returns the row; empty when there is none. */
    public Optional<Map<String, String>> find(String id) {
        if (generation.isEmpty() || System.nanoTime() - readNanos > keepNanos) {
            readGeneration();
        }
        while (true) {
            String used = generation;
            Map<String, String> row = redis.hgetAll(keyOfGeneration.apply(used) + id);
            if (!row.isEmpty()) {
                return Optional.of(row);
            }
            readGeneration();
            if (generation.equals(used)) {
                return Optional.empty();
            }
        }
    }

    private void readGeneration() {
        String found = redis.hget(position, "gen");
        generation = found == null ? "" : found;
        readNanos = System.nanoTime();
    }
}
