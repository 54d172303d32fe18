package io.firn.judge;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** One Spark session per lake, all in one local Spark, each opened when it is first asked. */
final class Lakes {

    private static final String CATALOG = "spark.sql.catalog.lake";

    private static final Map<String, String> SPARK = Map.of(
            "spark.sql.extensions", "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
            "spark.ui.enabled", "false",
            "spark.driver.host", "127.0.0.1",
            "spark.driver.bindAddress", "127.0.0.1",
            "spark.sql.shuffle.partitions", "2",
            "spark.sql.session.timeZone", "UTC",
            "spark.sql.datetime.java8API.enabled", "true");

    private static final Map<String, String> LAKE = Map.of(
            CATALOG,
            "org.apache.iceberg.spark.SparkCatalog",
            CATALOG + ".type",
            "jdbc",
            CATALOG + ".jdbc.schema-version",
            "V1",
            // A cached table would hide what was committed since.
            CATALOG + ".cache-enabled",
            "false",
            "spark.sql.defaultCatalog",
            "lake");

    /**
     * Where a lake is.
     *
     * @param uri JDBC URI of its catalog
     * @param warehouse location of its tables, as a URI
     */
    record Location(String uri, String warehouse) {}

    private final SparkSession spark;

    private final Arguments arguments;

    private final Map<Location, SparkSession> sessions = new HashMap<>();

    private Lakes(SparkSession spark, Arguments arguments) {
        this.spark = spark;
        this.arguments = arguments;
    }

    static Lakes open(Arguments arguments) {
        SparkSession.Builder builder = SparkSession.builder().master("local[2]").appName("judge");
        SPARK.forEach(builder::config);
        builder.config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/spark-warehouse");
        arguments.conf().forEach(builder::config);
        return new Lakes(builder.getOrCreate(), arguments);
    }

    /** The session of {@code named}, or of the lake on the command line, or one without a lake. */
    SparkSession session(Optional<Location> named) {
        return named.or(arguments::lake)
                .map(location -> sessions.computeIfAbsent(location, this::openSession))
                .orElse(spark);
    }

    /** Lets go of a lake, so that one made anew at the same place is read anew. */
    void forget(Location location) {
        sessions.remove(location);
    }

    private SparkSession openSession(Location location) {
        SparkSession session = spark.newSession();
        LAKE.forEach((key, value) -> session.conf().set(key, value));
        session.conf().set(CATALOG + ".uri", location.uri());
        session.conf().set(CATALOG + ".warehouse", location.warehouse());
        arguments.conf().forEach((key, value) -> setUnlessStatic(session, key, value));
        return session;
    }

    private static void setUnlessStatic(SparkSession session, String key, String value) {
        if (key.startsWith(CATALOG) || session.conf().isModifiable(key)) {
            session.conf().set(key, value);
        }
    }
}
