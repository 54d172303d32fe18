package io.firn.catalog.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.firn.catalog.FirnException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigProblemsTest {

    @Test
    void reportsAllProblemsAtOnceInTheOrderOfTheFile() {
        assertThat(problems("""
                                lake:
                                  catalog: { type: hive }
                                  namespce: atlas
                                source:
                                  bootstrap-servers: localhost:9092
                                  postgres: { url: "jdbc:mysql://x/y", user: firn, password: "${FIRN_PG_PASSWORD}" }
                                tables:
                                  Product:
                                    source: product
                                    key: product_id
                                commit: { rows: -1 }
                                comit: { interval: 2m }
                                """))
                .containsExactly(
                        "firn.yaml:2: lake.namespace must be given",
                        "firn.yaml:2: lake.catalog.type must be jdbc, glue or rest but was hive",
                        "firn.yaml:3: lake.namespce is not a key; did you mean namespace?",
                        "firn.yaml:6: source.postgres.password needs the environment variable FIRN_PG_PASSWORD, which is"
                                + " not set",
                        "firn.yaml:6: source.postgres.url must be a URL beginning with jdbc:postgresql: but was"
                                + " jdbc:mysql://x/y",
                        "firn.yaml:9: tables.Product.source must be schema.table but was product",
                        "firn.yaml:9: tables.Product must be named in lowercase letters, digits and underscores",
                        "firn.yaml:10: tables.Product.key must be a list, as in [a, b], but was product_id",
                        "firn.yaml:11: commit.rows must be positive but was -1",
                        "firn.yaml:12: comit is not a key; did you mean commit?");
    }

    @Test
    void tracesGoToAWholeAddress() {
        String telemetry = """
                lake: { namespace: atlas }
                source: { bootstrap-servers: localhost:9092 }
                tables: { product: { source: public.product, key: [id] } }
                telemetry: { traces: "%s" }
                """;

        assertThat(ConfigLoader.parse(
                                telemetry.formatted("https://collector:4318/v1/traces"),
                                ConfigLoaderTest.FILE,
                                Map.of())
                        .telemetry())
                .isEqualTo(new TelemetryConfig(new TelemetryConfig.TracesConfig(
                        URI.create("https://collector:4318/v1/traces"), Map.of(), "firn")));
        assertThat(problems(telemetry.formatted("localhost:4318")))
                .containsExactly("firn.yaml:4: telemetry.traces.endpoint must be a URL with its path, as in"
                        + " http://localhost:4318/v1/traces, but was localhost:4318");
    }

    @Test
    void anEntryHasOneSignature() {
        assertThat(problems("""
                                lake: { namespace: atlas }
                                source: { bootstrap-servers: localhost:9092 }
                                tables: { payment: { source: public.payment, key: [id] } }
                                snapshots:
                                  signing-key: ledger.pem
                                  kms-key: alias/firn-ledger
                                """))
                .containsExactly("firn.yaml:6: snapshots.signing-key and snapshots.kms-key must not both be given: an"
                        + " entry has one signature");
    }

    @Test
    void whatIsWantedOfRowsIsSpelledOut() {
        assertThat(problems("""
                                lake: { namespace: atlas }
                                source: { bootstrap-servers: localhost:9092 }
                                tables:
                                  payment:
                                    source: public.payment
                                    key: [id]
                                    quarantine-rate: 5
                                    rules:
                                      Positive: { that: amount > 0, severity: fail }
                                      dated: { thta: day > '2026-01-01' }
                                    columns:
                                      id: { policy: drop }
                                      card: { policy: hash }
                                      cvc: { policy: encrypt }
                                """))
                .containsExactly(
                        "firn.yaml:7: tables.payment.quarantine-rate must be a percentage, as in 5% or 0.1%, but was 5",
                        "firn.yaml:9: tables.payment.rules.Positive.severity must be quarantine, warn or stop but was fail",
                        "firn.yaml:9: tables.payment.rules.Positive must be named in lowercase letters, digits, hyphens and"
                                + " underscores",
                        "firn.yaml:10: tables.payment.rules.dated.that must be given",
                        "firn.yaml:10: tables.payment.rules.dated.thta is not a key; did you mean that?",
                        "firn.yaml:12: tables.payment.columns.id must not be a column of the key, which has to stay what it"
                                + " is",
                        "firn.yaml:13: tables.payment.columns.card needs protection.key",
                        "firn.yaml:14: tables.payment.columns.cvc.policy must be drop, mask, hash or tokenize but was encrypt");
    }

    @Test
    void aKeyOfColumnsIsNeverShown() {
        assertThat(problems("""
                                lake: { namespace: atlas }
                                source: { bootstrap-servers: localhost:9092 }
                                tables: { payment: { source: public.payment, key: [id], columns: { card: { policy: hash } } } }
                                protection: { key: swordfish }
                                """)).containsExactly("firn.yaml:4: protection.key must have at least 16 characters");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    commit.interval | 500ms
                    commit.interval | 1h 30m
                    commit.interval | 2d
                    commit.rows | 1
                    commit.rows | 1_000_000
                    commit.bytes | 1.5GB
                    commit.bytes | 64 KiB
                    compaction.schedule | 0 3 * * 1-5
                    compaction.schedule | 0,30 */2 1-7 * 0
                    compaction.quiet-hours | 22:00-06:00
                    compaction.budget | 1TB
                    snapshots.zone | America/New_York
                    snapshots.zone | UTC
                    snapshots.close | marker
                    snapshots.retain | 1 day
                    snapshots.retain | 2 years
                    snapshots.retain | 6weeks
                    snapshots.keep-all | 90m
                    snapshots.retain-month-ends | 7 years
                    snapshots.retain-year-ends | 10 years
                    snapshots.max-ahead | 2h
                    snapshots.when-ahead | own-clock
                    snapshots.grace | 10m
                    snapshots.signing-key | keys/ledger.pem
                    snapshots.kms-key | alias/firn-ledger
                    source.time-precision | adaptive_time_microseconds
                    source.time-precision | adaptive-time-microseconds
                    source.decimal-handling | STRING
                    workbench.threads | 1
                    """)
    void accepts(String key, String value) {
        assertThatCode(() -> ConfigLoader.parse(withKey(key, value), ConfigLoaderTest.FILE, Map.of()))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    commit.interval | 0s | must be a positive duration, as in 90s, 1m or 1h 30m, but was 0s
                    commit.interval | 1 | must be a positive duration, as in 90s, 1m or 1h 30m, but was 1
                    commit.interval | 1m later | must be a positive duration, as in 90s, 1m or 1h 30m, but was 1m later
                    commit.interval | 999999999999d | must be a positive duration, as in 90s, 1m or 1h 30m, but was 999999999999d
                    commit.rows | -1 | must be positive but was -1
                    commit.rows | 0 | must be positive but was 0
                    commit.rows | many | must be a whole number but was many
                    commit.rows | 99999999999999999999 | must be a whole number but was 99999999999999999999
                    commit.rows | '' | must be a whole number but was empty
                    commit.bytes | 256 | must be a positive size with its unit, as in 256MB, but was 256
                    commit.bytes | 0MB | must be a positive size with its unit, as in 256MB, but was 0MB
                    commit.bytes | 1.0000001KB | must be a positive size with its unit, as in 256MB, but was 1.0000001KB
                    commit.bytes | 99999999999TB | must be a positive size with its unit, as in 256MB, but was 99999999999TB
                    compaction.memory | 4 apples | must be a positive size with its unit, as in 256MB, but was 4 apples
                    compaction.schedule | hourly | must have the five fields minute, hour, day of month, month and day of week but was hourly
                    compaction.schedule | 61 * * * * | must have a minute of 0-59, a list, a range or */step but was 61 * * * *
                    compaction.schedule | * 5-3 * * * | must have a hour of 0-23, a list, a range or */step but was * 5-3 * * *
                    compaction.quiet-hours | 08:00 | must be two times of day, as in 08:00-20:00 but was 08:00
                    compaction.quiet-hours | 08:00-25:00 | must be two times of day, as in 08:00-20:00 but was 08:00-25:00
                    compaction.quiet-hours | 08:00-08:00 | must begin and end at different times but was 08:00-08:00
                    snapshots.zone | Europe/Berln | must be a time zone such as UTC or Europe/Berlin (near: Europe/Berlin) but was Europe/Berln
                    snapshots.close | midnight | must be time or marker but was midnight
                    snapshots.retain | 24 | must be a positive number of days, weeks, months or years, as in 24 months, but was 24
                    snapshots.when-ahead | ignore | must be stop or own-clock but was ignore
                    snapshots.keep-all | 59m | must be at least 1h but was 59m
                    snapshots.retain | 0 months | must be a positive number of days, weeks, months or years, as in 24 months, but was 0 months
                    source.type | mysql | must be kafka, postgres or files but was mysql
                    source.topic-prefix | '' | must not be empty but was empty
                    source.kafka | plain | must be names with values but was plain
                    workbench.memory | [2GB] | must be a single value but was a list
                    """)
    void rejects(String key, String value, String message) {
        assertThat(problems(withKey(key, value))).containsExactly("firn.yaml:4: " + key + " " + message);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    format-version: 4 | format-version must be 3 or 2 but was 4
                    partition-by: ['bucket(product_id)'] | partition-by must give bucket a positive number, as in bucket(8, column) but was bucket(product_id)
                    partition-by: ['day(8, t)'] | partition-by must not give day a number, as in day(column) but was day(8, t)
                    partition-by: ['week(t)'] | partition-by must use one of the transforms identity, bucket, truncate, year, month, day, hour but was week(t)
                    partition-by: ['bucket(8'] | partition-by must be a column or transform(column), as in bucket(8, product_id) but was bucket(8
                    sort-by: [a up] | sort-by must be a column, or a column with asc, desc or hilbert but was a up
                    sort-by: [a, a desc] | sort-by must name each column once but has a twice
                    reads: [category] | reads must be like column=value or column=from..to but was category
                    key: [] | key must name at least one column but was []
                    key: [a, a] | key must name each column once but has a twice
                    key: [[a]] | key must be a single value but was a list
                    key: | key must have a value
                    quarantine-threshold: -1 | quarantine-threshold must not be negative but was -1
                    """)
    void rejectsInATable(String entry, String message) {
        String table = entry.startsWith("key:") ? "" : ", key: [product_id]";
        String yaml = "lake: { namespace: atlas }\nsource: { bootstrap-servers: 'a:1' }\n"
                + "tables: { product: { source: public.product" + table + ", " + entry + " } }\n";

        assertThat(problems(yaml)).containsExactly("firn.yaml:3: tables.product." + message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    catalog: { uri: "sqlite:x" } | lake.catalog.uri must begin with jdbc: for type jdbc but was sqlite:x
                    catalog: { type: rest } | lake.catalog.uri must be an http or https address for type rest but was not given
                    catalog: { type: rest, uri: localhost } | lake.catalog.uri must be an http or https address for type rest but was localhost
                    catalog: { type: glue } | lake.catalog.warehouse must be given for type glue
                    catalog: jdbc | lake.catalog must be a group of keys but was jdbc
                    catalog: { properties: { a: [1] } } | lake.catalog.properties must give a a single value but was a list
                    namespace: Atlas | lake.namespace must be lowercase letters, digits and underscores, not beginning with a digit, but was Atlas
                    """)
    void rejectsInALake(String entry, String message) {
        String namespace = entry.startsWith("namespace") ? "" : "namespace: atlas, ";
        String yaml = "lake: { " + namespace + entry + " }\nsource: { bootstrap-servers: 'a:1' }\n"
                + "tables: { product: { source: public.product, key: [product_id] } }\n";

        assertThat(problems(yaml)).containsExactly("firn.yaml:1: " + message);
    }

    @Test
    void eachSourceTypeNeedsItsOwnKeys() {
        assertThat(problems(ConfigLoaderTest.MINIMAL.replace("{ bootstrap-servers: \"localhost:9092\" }", "{}")))
                .containsExactly("firn.yaml:2: source.bootstrap-servers must be given for type kafka");
        assertThat(problems(
                        ConfigLoaderTest.MINIMAL.replace("bootstrap-servers: \"localhost:9092\"", "type: postgres")))
                .containsExactly("firn.yaml:2: source.postgres must be given for type postgres");
        assertThat(problems(ConfigLoaderTest.MINIMAL.replace("bootstrap-servers: \"localhost:9092\"", "type: files")))
                .containsExactly("firn.yaml:2: source.path must be given for type files");
    }

    @Test
    void twoTablesCannotReadOneSourceNorTakeFirnsOwnNames() {
        assertThat(problems("""
                                lake: { namespace: atlas }
                                source: { bootstrap-servers: "localhost:9092" }
                                tables:
                                  product: { source: public.product, key: [id] }
                                  copy: { source: public.product, key: [id] }
                                  firn_ledger: { source: public.ledger, key: [id] }
                                  price_changes: { source: public.price_changes, key: [id] }
                                """))
                .containsExactly(
                        "firn.yaml:5: tables.copy.source must be read by one table but public.product is read by"
                                + " tables.product too",
                        "firn.yaml:6: tables.firn_ledger must not begin with firn_ or end with _changes: these names are"
                                + " Firn's own",
                        "firn.yaml:7: tables.price_changes must not begin with firn_ or end with _changes: these names are"
                                + " Firn's own");
    }

    @Test
    void redisKeysAreMadeOfTheTablesKeyColumns() {
        assertThat(problems("""
                                lake: { namespace: atlas }
                                source: { bootstrap-servers: "localhost:9092" }
                                tables:
                                  product: { source: public.product, key: [id, shop] }
                                serving:
                                  redis:
                                    uri: localhost
                                    tables:
                                      product: { key: "product:{id}" }
                                      prodcut: { key: "p:{id}" }
                                """))
                .containsExactly(
                        "firn.yaml:7: serving.redis.uri must be an address such as redis://localhost:6379 but was"
                                + " localhost",
                        "firn.yaml:9: serving.redis.tables.product.key must have every key column in braces and no other"
                                + " ({id}, {shop}) but was product:{id}",
                        "firn.yaml:10: serving.redis.tables.prodcut must name one of the tables; did you mean product?");
    }

    @Test
    void aKeyGivenTwiceIsReported() {
        assertThat(problems(ConfigLoaderTest.MINIMAL + "commit:\n  rows: 1\n  rows: 2\n"))
                .containsExactly("firn.yaml:6: commit.rows must be given once but was given on line 5 too");
    }

    @Test
    void anUnknownKeyWithoutANearOneListsWhatIsKnown() {
        assertThat(problems(ConfigLoaderTest.MINIMAL + "commit: { frequency: 1 }\n"))
                .containsExactly("firn.yaml:4: commit.frequency is not a key; known here: interval, rows, bytes");
    }

    @Test
    void textThatIsNotYamlIsOneLine() {
        assertThat(problems("lake: { namespace: atlas\nsource: x: y\n"))
                .containsExactly("firn.yaml:2: is not valid YAML: expected ',' or '}', but got :");
        assertThat(problems("just words"))
                .first()
                .isEqualTo("firn.yaml:1: the file must be a group of keys but was just words");
        assertThat(problems("tables: &t { again: *t }\n"))
                .contains("firn.yaml:1: tables.again must not contain itself");
    }

    @Test
    void anEmptyFileLacksWhatIsRequired() {
        assertThat(problems("# nothing\n"))
                .containsExactly(
                        "firn.yaml:1: lake.namespace must be given",
                        "firn.yaml:1: source.bootstrap-servers must be given for type kafka",
                        "firn.yaml:1: tables must name at least one table");
    }

    @Test
    void aSectionWithoutContentHasItsDefaults() {
        assertThatCode(() -> ConfigLoader.parse(
                        ConfigLoaderTest.MINIMAL + "commit:\nserving:\n", ConfigLoaderTest.FILE, Map.of()))
                .doesNotThrowAnyException();
    }

    @Test
    void passwordsNeverAppearInMessages() {
        String yaml = ConfigLoaderTest.MINIMAL + """
                        serving: { redis: { uri: "redis://u:hunter2@a b", tables: {} } }
                        """;

        assertThat(problems(yaml))
                .containsExactly(
                        "firn.yaml:4: serving.redis.uri must be an address such as redis://localhost:6379 but was"
                                + " redis://u:***@a b");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    type: glue, warehouse: 's3://b/l' | aws-region: eu-central-1 | ``
                    type: glue, warehouse: 's3://b/l' | database: atlas | serving.snowflake.aws-region must be given for a lake in glue
                    type: rest, uri: 'https://c', warehouse: 's3://b/l' | database: atlas | serving.snowflake.oauth must be given for a lake in a rest catalog
                    type: rest, uri: 'https://c', warehouse: 's3://b/l' | oauth: { client-id: a, client-secret: b } | ``
                    type: jdbc, warehouse: 's3://b/l' | catalog: glue | serving.snowflake.catalog must not be glue for a lake elsewhere
                    type: jdbc, warehouse: './l' | database: atlas | serving.snowflake needs lake.catalog.warehouse to be an s3:// location but it was ./l
                    type: jdbc, warehouse: 's3://b/l' | schema: a.b | serving.snowflake.schema must be letters, digits and underscores, not beginning with a digit, but was a.b
                    """)
    void aLakeForSnowflakeIsWhereSnowflakeCanReadIt(String catalog, String more, String problem) {
        String database = more.startsWith("database") ? "" : "database: atlas, ";
        String yaml = """
                lake: { namespace: atlas, catalog: { %s } }
                source: { bootstrap-servers: "localhost:9092" }
                tables: { product: { source: public.product, key: [product_id] } }
                serving: { snowflake: { account: my-org, user: firn, private-key: k.p8, warehouse: small,
                    aws-role: 'arn:aws:iam::123456789012:role/r', %s%s } }
                """.formatted(catalog, database, more);

        if (problem.isEmpty()) {
            assertThatCode(() -> ConfigLoader.parse(yaml, ConfigLoaderTest.FILE, Map.of()))
                    .doesNotThrowAnyException();
        } else {
            assertThat(problems(yaml))
                    .hasSize(1)
                    .allSatisfy(line -> assertThat(line).endsWith(": " + problem));
        }
    }

    private static List<String> problems(String yaml) {
        FirnException problem = catchThrowableOfType(
                FirnException.class, () -> ConfigLoader.parse(yaml, ConfigLoaderTest.FILE, Map.of()));
        return problem.problems();
    }

    /** The smallest configuration with one more key on line 4; a key of {@code source} goes into its group there. */
    private static String withKey(String key, String value) {
        String section = key.substring(0, key.indexOf('.'));
        String name = key.substring(key.indexOf('.') + 1);
        String text = value.startsWith("[") ? value : "\"" + value + "\"";
        if (section.equals("source")) {
            return ConfigLoaderTest.MINIMAL.replace(
                    "source: { bootstrap-servers: \"localhost:9092\" }",
                    "source:\n  bootstrap-servers: \"localhost:9092\"\n  " + name + ": " + text);
        }
        return ConfigLoaderTest.MINIMAL + section + ": { " + name + ": " + text + " }\n";
    }
}
