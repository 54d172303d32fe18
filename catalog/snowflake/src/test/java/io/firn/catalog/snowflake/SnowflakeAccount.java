package io.firn.catalog.snowflake;

import io.firn.catalog.snowflake.SnowflakeServer.Refusal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is in an account, and the grammar of the statements that it understands, after Snowflake's reference. Anything
 * else is a syntax error, what names something that is not there does not exist, and rights are looked at.
 */
final class SnowflakeAccount {
    /** How the account treats AT(VERSION_TAG => …). */
    enum Tags {
        KNOWN,
        UNKNOWN
    }

    private static final String NAME = "((?:\"[^\"]+\"\\.)*\"[^\"]+\")";
    private static final String TEXT = "'((?:[^'\\\\]|''|\\\\.)*)'";

    private final Map<Pattern, Consumer<MatchResult>> grammar = new LinkedHashMap<>();
    private final Set<String> objects = new HashSet<>();
    private final Set<String> tags = new HashSet<>();
    private final Set<String> files = new HashSet<>();
    private final Tags knowsTags;
    private String role = "PUBLIC";
    private List<List<String>> rows = List.of();

    SnowflakeAccount(Tags knowsTags) {
        this.knowsTags = knowsTags;
        objects.add("ROLE \"ACCOUNTADMIN\"");
        objects.add("WAREHOUSE \"SMALL\"");
        objects.add("USER \"FIRN\"");
        looking();
        accountStatements();
        ownStatements();
    }

    void tag(String name) {
        tags.add(name);
    }

    void file(String path) {
        files.add(path);
    }

    Set<String> objects() {
        return Set.copyOf(objects);
    }

    private void looking() {
        on("SELECT CURRENT_ACCOUNT\\(\\), CURRENT_REGION\\(\\)", m -> rows = List.of(List.of("TEST", "AWS_EU")));
        on("USE ROLE " + NAME, m -> {
            require("ROLE " + m.group(1));
            role = m.group(1);
        });
        on("USE WAREHOUSE " + NAME, m -> require("WAREHOUSE " + m.group(1)));
        on(
                "SHOW (EXTERNAL VOLUME|CATALOG INTEGRATION|DATABASE|ROLE)S LIKE " + TEXT,
                m -> list(m.group(1) + " " + quoted(m.group(2))));
        on("SHOW (SCHEMA)S LIKE " + TEXT + " IN DATABASE " + NAME, m -> {
            require("DATABASE " + m.group(3));
            list("SCHEMA " + m.group(3) + "." + quoted(m.group(2)));
        });
        on("SHOW ICEBERG TABLES LIKE " + TEXT + " IN SCHEMA " + NAME, m -> {
            require("SCHEMA " + m.group(2));
            list("ICEBERG TABLE " + m.group(2) + "." + quoted(m.group(1)));
        });
        on("SELECT 1 FROM " + NAME + " AT\\(VERSION_TAG => " + TEXT + "\\) LIMIT 0", m -> at(m.group(1), m.group(2)));
    }

    private void at(String table, String tag) {
        if (knowsTags == Tags.UNKNOWN) {
            throw new Refusal(
                    1003, "42000", "SQL compilation error: syntax error line 1 at position 20 unexpected 'AT'.");
        }
        require("ICEBERG TABLE " + table);
        if (!tags.contains(tag)) {
            throw new Refusal(707, "02000", "Version tag '%s' does not exist in the table.".formatted(tag));
        }
    }

    private void accountStatements() {
        admin(
                "CREATE EXTERNAL VOLUME IF NOT EXISTS " + NAME + " STORAGE_LOCATIONS = \\(\\( NAME = 'lake'"
                        + " STORAGE_PROVIDER = 'S3' STORAGE_BASE_URL = 's3://[^']+/' STORAGE_AWS_ROLE_ARN = 'arn:[^']+'"
                        + "(?: STORAGE_AWS_EXTERNAL_ID = '[^']+')? \\)\\) ALLOW_WRITES = FALSE",
                "EXTERNAL VOLUME");
        String rest = "CREATE CATALOG INTEGRATION IF NOT EXISTS " + NAME + " CATALOG_SOURCE = ";
        admin(rest + "OBJECT_STORE TABLE_FORMAT = ICEBERG ENABLED = TRUE", "CATALOG INTEGRATION");
        admin(
                rest + "GLUE TABLE_FORMAT = ICEBERG GLUE_AWS_ROLE_ARN = 'arn:[^']+' GLUE_CATALOG_ID = '\\d{12}'"
                        + " GLUE_REGION = '[^']+' CATALOG_NAMESPACE = '[^']+' REFRESH_INTERVAL_SECONDS = 60 ENABLED = TRUE",
                "CATALOG INTEGRATION");
        admin(
                rest + "ICEBERG_REST TABLE_FORMAT = ICEBERG CATALOG_NAMESPACE = '[^']+' REST_CONFIG = \\(CATALOG_URI ="
                        + " 'https://[^']+'(?: CATALOG_API_TYPE = AWS_GLUE)?(?: CATALOG_NAME = '[^']+')?\\) REST_AUTHENTICATION ="
                        + " \\((?:TYPE = SIGV4 SIGV4_IAM_ROLE = 'arn:[^']+' SIGV4_SIGNING_REGION = '[^']+'|TYPE = OAUTH"
                        + " OAUTH_CLIENT_ID = '[^']+' OAUTH_CLIENT_SECRET = '(?:[^'<]|'')+' OAUTH_ALLOWED_SCOPES = \\('[^']+'\\))\\)"
                        + " REFRESH_INTERVAL_SECONDS = 60 ENABLED = TRUE",
                "CATALOG INTEGRATION");
        admin("CREATE ROLE IF NOT EXISTS " + NAME + " COMMENT = " + TEXT, "ROLE");
        admin("CREATE DATABASE IF NOT EXISTS " + NAME, "DATABASE");
        on(
                "GRANT (?:USAGE|USAGE, CREATE SCHEMA) ON (EXTERNAL VOLUME|INTEGRATION|WAREHOUSE|DATABASE) " + NAME
                        + " TO ROLE " + NAME,
                m -> {
                    requireAdmin();
                    require((m.group(1).equals("INTEGRATION") ? "CATALOG " : "") + m.group(1) + " " + m.group(2));
                    require("ROLE " + m.group(3));
                });
        on("GRANT ROLE " + NAME + " TO USER " + NAME, m -> {
            requireAdmin();
            require("ROLE " + m.group(1));
            require("USER " + m.group(2));
        });
    }

    private void ownStatements() {
        on("CREATE SCHEMA IF NOT EXISTS (\"[^\"]+\")\\.(\"[^\"]+\")", m -> {
            require("DATABASE " + m.group(1));
            objects.add("SCHEMA " + m.group(1) + "." + m.group(2));
        });
        on(
                "CREATE ICEBERG TABLE IF NOT EXISTS (\"[^\"]+\"\\.\"[^\"]+\")\\.(\"[^\"]+\") EXTERNAL_VOLUME = " + TEXT
                        + " CATALOG = " + TEXT + " (?:METADATA_FILE_PATH = " + TEXT
                        + "|CATALOG_TABLE_NAME = '([a-z_]+)' CATALOG_NAMESPACE = '[a-z_]+' AUTO_REFRESH = TRUE)",
                m -> {
                    require("SCHEMA " + m.group(1));
                    require("EXTERNAL VOLUME " + quoted(m.group(3)));
                    require("CATALOG INTEGRATION " + quoted(m.group(4)));
                    requireFile(m.group(5));
                    objects.add("ICEBERG TABLE " + m.group(1) + "." + m.group(2));
                });
        on("ALTER ICEBERG TABLE " + NAME + " REFRESH(?: " + TEXT + ")?", m -> {
            require("ICEBERG TABLE " + m.group(1));
            requireFile(m.group(2));
        });
        on("GRANT SELECT ON ICEBERG TABLE " + NAME + " TO ROLE " + NAME, m -> {
            require("ICEBERG TABLE " + m.group(1));
            require("ROLE " + m.group(2));
        });
        on("GRANT (?:USAGE ON|SELECT ON ALL (?:ICEBERG TABLES|VIEWS) IN) SCHEMA " + NAME + " TO ROLE " + NAME, m -> {
            require("SCHEMA " + m.group(1));
            require("ROLE " + m.group(2));
        });
        on("GRANT USAGE ON PROCEDURE " + NAME + "\\(VARCHAR, DATE\\) TO ROLE " + NAME, m -> {
            require("PROCEDURE " + m.group(1));
            require("ROLE " + m.group(2));
        });
        on(
                "CREATE OR REPLACE PROCEDURE " + NAME
                        + "\\(\"TABLE_NAME\" VARCHAR, \"DAY\" DATE\\) RETURNS TABLE \\(\\)"
                        + " LANGUAGE SQL EXECUTE AS OWNER AS \\$\\$ DECLARE .* BEGIN .* END; \\$\\$",
                m -> objects.add("PROCEDURE " + m.group(1)));
        on(
                "CREATE OR REPLACE VIEW " + NAME + " COPY GRANTS COMMENT = " + TEXT + " AS SELECT \\* FROM " + NAME
                        + "(?: AT\\(VERSION_TAG => " + TEXT + "\\))?",
                m -> {
                    require("ICEBERG TABLE " + m.group(3));
                    objects.add("VIEW " + m.group(1));
                });
    }

    private void on(String pattern, Consumer<MatchResult> effect) {
        grammar.put(Pattern.compile(pattern), effect);
    }

    private void admin(String pattern, String kind) {
        on(pattern, m -> {
            requireAdmin();
            objects.add(kind + " " + m.group(1));
        });
    }

    private void requireAdmin() {
        if (!role.equals("\"ACCOUNTADMIN\"")) {
            throw new Refusal(
                    3001, "42501", "SQL access control error: Insufficient privileges to operate on account 'TEST'.");
        }
    }

    private void require(String object) {
        if (!objects.contains(object)) {
            throw new Refusal(
                    2003, "02000", "SQL compilation error: %s does not exist or not authorized.".formatted(object));
        }
    }

    private void requireFile(String path) {
        if (path != null && !files.contains(path)) {
            throw new Refusal(91369, "22000", "The metadata file %s does not exist.".formatted(path));
        }
    }

    private void list(String object) {
        rows = objects.contains(object) ? List.of(List.of("now", object)) : List.of();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\\\_", "_") + '"';
    }

    /** Runs one statement and returns its rows. */
    synchronized List<List<String>> run(String sql) {
        String line = sql.strip().replaceAll("\\s+", " ");
        rows = List.of(List.of("done"));
        for (Map.Entry<Pattern, Consumer<MatchResult>> rule : grammar.entrySet()) {
            Matcher match = rule.getKey().matcher(line);
            if (match.matches()) {
                rule.getValue().accept(match.toMatchResult());
                return rows;
            }
        }
        throw new Refusal(1003, "42000", "SQL compilation error: syntax error in " + line);
    }
}
