package io.firn.catalog.snowflake;

import io.firn.catalog.config.SnowflakeConfig;
import io.firn.catalog.config.SnowflakeConfig.CatalogAccess;
import io.firn.catalog.config.SnowflakeConfig.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an account administrator has to do once: storage, catalog, database, roles and their rights. */
final class AccountDdl {

    private final SnowflakeSite site;
    private final SnowflakeConfig.Names names;
    private final Storage storage;
    private final String role;

    AccountDdl(SnowflakeSite site) {
        this.site = site;
        this.names = site.config().names();
        this.storage = site.config().storage();
        this.role = site.config().login().role();
    }

    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        steps.add(externalVolume());
        if (site.access() != CatalogAccess.OBJECT_STORE) {
            steps.add(site.access() == CatalogAccess.GLUE ? glue() : rest());
        }
        steps.add(pins());
        steps.add(role(role, "Keeps Iceberg tables of the lake and nothing else."));
        steps.add(role(names.readerRole(), "May read the lake's tables."));
        steps.add(once(
                "DATABASE",
                site.database(),
                "SHOW DATABASES LIKE " + SqlText.pattern(site.database()),
                "CREATE DATABASE IF NOT EXISTS " + SqlText.name(site.database())));
        steps.addAll(grants());
        return steps;
    }

    private static Step once(String kind, String name, String show, String sql) {
        return Step.once(Step.Part.ACCOUNT, kind, name, show, sql);
    }

    private Step externalVolume() {
        String name = names.externalVolume();
        return once("EXTERNAL VOLUME", name, "SHOW EXTERNAL VOLUMES LIKE " + SqlText.pattern(name), """
                CREATE EXTERNAL VOLUME IF NOT EXISTS %s
                  STORAGE_LOCATIONS = ((
                    NAME = 'lake'
                    STORAGE_PROVIDER = 'S3'
                    STORAGE_BASE_URL = %s
                    STORAGE_AWS_ROLE_ARN = %s%s
                  ))
                  ALLOW_WRITES = FALSE""".formatted(
                        SqlText.name(name),
                        SqlText.text(site.baseUrl()),
                        SqlText.text(storage.awsRole()),
                        option("\n    STORAGE_AWS_EXTERNAL_ID = ", storage.awsExternalId())));
    }

    private static String option(String name, @Nullable String value) {
        return value == null ? "" : name + SqlText.text(value);
    }

    private Step integration(String sql) {
        String name = names.integration();
        return once(
                "CATALOG INTEGRATION",
                name,
                "SHOW CATALOG INTEGRATIONS LIKE " + SqlText.pattern(name),
                "CREATE CATALOG INTEGRATION IF NOT EXISTS " + SqlText.name(name) + "\n"
                        + sql.indent(2).stripTrailing());
    }

    private Step glue() {
        return integration("""
                  CATALOG_SOURCE = GLUE
                  TABLE_FORMAT = ICEBERG
                  GLUE_AWS_ROLE_ARN = %s
                  GLUE_CATALOG_ID = %s
                  GLUE_REGION = %s
                  CATALOG_NAMESPACE = %s
                  REFRESH_INTERVAL_SECONDS = 60
                  ENABLED = TRUE""".formatted(
                        SqlText.text(storage.awsRole()),
                        value(storage.awsAccount()),
                        value(storage.awsRegion()),
                        SqlText.text(site.namespace())));
    }

    private Step rest() {
        Step step = integration("""
                  CATALOG_SOURCE = ICEBERG_REST
                  TABLE_FORMAT = ICEBERG
                  CATALOG_NAMESPACE = %s
                  REST_CONFIG = (CATALOG_URI = %s%s)
                  %s
                  REFRESH_INTERVAL_SECONDS = 60
                  ENABLED = TRUE""".formatted(
                        SqlText.text(site.namespace()),
                        value(storage.catalogUri()),
                        isGlue()
                                ? " CATALOG_API_TYPE = AWS_GLUE CATALOG_NAME = " + value(storage.awsAccount())
                                : option(" CATALOG_NAME = ", storage.catalogName()),
                        authentication()));
        return isGlue()
                ? step
                : new Step(step.part(), step.kind(), step.name(), step.sql(), client().clientSecret(), step.presence());
    }

    private SnowflakeConfig.OAuth client() {
        return Objects.requireNonNull(storage.oauth(), "serving.snowflake.oauth");
    }

    private boolean isGlue() {
        return String.valueOf(storage.catalogUri()).matches("https://glue\\..*\\.amazonaws\\.com.*");
    }

    private String authentication() {
        if (isGlue()) {
            return "REST_AUTHENTICATION = (TYPE = SIGV4 SIGV4_IAM_ROLE = %s SIGV4_SIGNING_REGION = %s)"
                    .formatted(SqlText.text(storage.awsRole()), value(storage.awsRegion()));
        }
        return "REST_AUTHENTICATION = (TYPE = OAUTH OAUTH_CLIENT_ID = %s OAUTH_CLIENT_SECRET = %s OAUTH_ALLOWED_SCOPES = ('PRINCIPAL_ROLE:ALL'))"
                .formatted(SqlText.text(client().clientId()), SqlText.text(Step.PLACEHOLDER));
    }

    private static String value(@Nullable String value) {
        return SqlText.text(String.valueOf(value));
    }

    private Step pins() {
        String name = site.pinsIntegration();
        return once(
                "CATALOG INTEGRATION", name, "SHOW CATALOG INTEGRATIONS LIKE " + SqlText.pattern(name), """
                CREATE CATALOG INTEGRATION IF NOT EXISTS %s
                  CATALOG_SOURCE = OBJECT_STORE
                  TABLE_FORMAT = ICEBERG
                  ENABLED = TRUE""".formatted(
                                SqlText.name(name)));
    }

    private static Step role(String name, String comment) {
        return once(
                "ROLE",
                name,
                "SHOW ROLES LIKE " + SqlText.pattern(name),
                "CREATE ROLE IF NOT EXISTS %s COMMENT = %s".formatted(SqlText.name(name), SqlText.text(comment)));
    }

    private List<Step> grants() {
        List<Step> grants = new ArrayList<>();
        grants.add(grant("USAGE ON EXTERNAL VOLUME " + SqlText.name(names.externalVolume()), role));
        if (site.access() != CatalogAccess.OBJECT_STORE) {
            grants.add(grant("USAGE ON INTEGRATION " + SqlText.name(names.integration()), role));
        }
        grants.add(grant("USAGE ON INTEGRATION " + SqlText.name(site.pinsIntegration()), role));
        grants.add(
                grant("USAGE ON WAREHOUSE " + SqlText.name(site.config().login().warehouse()), role));
        grants.add(grant("USAGE, CREATE SCHEMA ON DATABASE " + SqlText.name(site.database()), role));
        grants.add(grant("USAGE ON DATABASE " + SqlText.name(site.database()), names.readerRole()));
        String user = site.user();
        grants.add(Step.always(
                Step.Part.ACCOUNT,
                "GRANT",
                user,
                "GRANT ROLE %s TO USER %s".formatted(SqlText.name(role), SqlText.name(user))));
        return grants;
    }

    private static Step grant(String what, String to) {
        return Step.always(Step.Part.ACCOUNT, "GRANT", to, "GRANT %s TO ROLE %s".formatted(what, SqlText.name(to)));
    }
}
