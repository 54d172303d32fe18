package io.firn.catalog.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DdlTest {

    @TempDir
    private Path folder;

    @Test
    void aLakeInGlueIsReadThroughItsIcebergEndpoint() throws IOException {
        assertThat(script(Atlas.GLUE, "", DayAccess.VERSION_TAG)).isEqualTo("""
                USE ROLE "ACCOUNTADMIN";

                CREATE EXTERNAL VOLUME IF NOT EXISTS "FIRN_LAKE"
                  STORAGE_LOCATIONS = ((
                    NAME = 'lake'
                    STORAGE_PROVIDER = 'S3'
                    STORAGE_BASE_URL = 's3://bucket/lake/'
                    STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::123456789012:role/firn-snowflake'
                  ))
                  ALLOW_WRITES = FALSE;
                CREATE CATALOG INTEGRATION IF NOT EXISTS "FIRN_CATALOG"
                  CATALOG_SOURCE = ICEBERG_REST
                  TABLE_FORMAT = ICEBERG
                  CATALOG_NAMESPACE = 'atlas'
                  REST_CONFIG = (CATALOG_URI = 'https://glue.eu-central-1.amazonaws.com/iceberg' CATALOG_API_TYPE = AWS_GLUE CATALOG_NAME = '123456789012')
                  REST_AUTHENTICATION = (TYPE = SIGV4 SIGV4_IAM_ROLE = 'arn:aws:iam::123456789012:role/firn-snowflake' SIGV4_SIGNING_REGION = 'eu-central-1')
                  REFRESH_INTERVAL_SECONDS = 60
                  ENABLED = TRUE;
                CREATE CATALOG INTEGRATION IF NOT EXISTS "FIRN_CATALOG_PINS"
                  CATALOG_SOURCE = OBJECT_STORE
                  TABLE_FORMAT = ICEBERG
                  ENABLED = TRUE;
                CREATE ROLE IF NOT EXISTS "FIRN" COMMENT = 'Keeps Iceberg tables of the lake and nothing else.';
                CREATE ROLE IF NOT EXISTS "FIRN_READER" COMMENT = 'May read the lake''s tables.';
                CREATE DATABASE IF NOT EXISTS "ATLAS";
                GRANT USAGE ON EXTERNAL VOLUME "FIRN_LAKE" TO ROLE "FIRN";
                GRANT USAGE ON INTEGRATION "FIRN_CATALOG" TO ROLE "FIRN";
                GRANT USAGE ON INTEGRATION "FIRN_CATALOG_PINS" TO ROLE "FIRN";
                GRANT USAGE ON WAREHOUSE "SMALL" TO ROLE "FIRN";
                GRANT USAGE, CREATE SCHEMA ON DATABASE "ATLAS" TO ROLE "FIRN";
                GRANT USAGE ON DATABASE "ATLAS" TO ROLE "FIRN_READER";
                GRANT ROLE "FIRN" TO USER "FIRN";

                USE ROLE "FIRN";

                USE WAREHOUSE "SMALL";

                CREATE SCHEMA IF NOT EXISTS "ATLAS"."ATLAS";
                CREATE SCHEMA IF NOT EXISTS "ATLAS"."ATLAS_DAYS";
                CREATE SCHEMA IF NOT EXISTS "ATLAS"."ATLAS_CERTIFIED";
                CREATE ICEBERG TABLE IF NOT EXISTS "ATLAS"."ATLAS"."PRODUCT"
                  EXTERNAL_VOLUME = 'FIRN_LAKE'
                  CATALOG = 'FIRN_CATALOG'
                  CATALOG_TABLE_NAME = 'product'
                  CATALOG_NAMESPACE = 'atlas'
                  AUTO_REFRESH = TRUE;
                CREATE ICEBERG TABLE IF NOT EXISTS "ATLAS"."ATLAS"."PRODUCT_CHANGES"
                  EXTERNAL_VOLUME = 'FIRN_LAKE'
                  CATALOG = 'FIRN_CATALOG'
                  CATALOG_TABLE_NAME = 'product_changes'
                  CATALOG_NAMESPACE = 'atlas'
                  AUTO_REFRESH = TRUE;
                CREATE OR REPLACE PROCEDURE "ATLAS"."ATLAS"."AS_OF"("TABLE_NAME" VARCHAR, "DAY" DATE)
                RETURNS TABLE ()
                LANGUAGE SQL
                EXECUTE AS OWNER
                AS $$
                DECLARE
                  unknown_table EXCEPTION (-20001, 'AS_OF knows the tables product');
                  tag VARCHAR DEFAULT 'day-' || TO_CHAR(DAY, 'YYYY-MM-DD');
                  make VARCHAR;
                  query VARCHAR;
                  result RESULTSET;
                BEGIN
                  CASE (LOWER(TABLE_NAME))
                    WHEN 'product' THEN
                      query := 'SELECT * FROM "ATLAS"."ATLAS"."PRODUCT" AT(VERSION_TAG => ''' || tag || ''')';
                    ELSE RAISE unknown_table;
                  END CASE;
                  IF (make IS NOT NULL) THEN
                    EXECUTE IMMEDIATE :make;
                  END IF;
                  result := (EXECUTE IMMEDIATE :query);
                  RETURN TABLE(result);
                END;
                $$;
                GRANT USAGE ON SCHEMA "ATLAS"."ATLAS" TO ROLE "FIRN_READER";
                GRANT SELECT ON ALL ICEBERG TABLES IN SCHEMA "ATLAS"."ATLAS" TO ROLE "FIRN_READER";
                GRANT SELECT ON ALL VIEWS IN SCHEMA "ATLAS"."ATLAS" TO ROLE "FIRN_READER";
                GRANT USAGE ON SCHEMA "ATLAS"."ATLAS_DAYS" TO ROLE "FIRN_READER";
                GRANT SELECT ON ALL ICEBERG TABLES IN SCHEMA "ATLAS"."ATLAS_DAYS" TO ROLE "FIRN_READER";
                GRANT SELECT ON ALL VIEWS IN SCHEMA "ATLAS"."ATLAS_DAYS" TO ROLE "FIRN_READER";
                GRANT USAGE ON SCHEMA "ATLAS"."ATLAS_CERTIFIED" TO ROLE "FIRN_READER";
                GRANT SELECT ON ALL ICEBERG TABLES IN SCHEMA "ATLAS"."ATLAS_CERTIFIED" TO ROLE "FIRN_READER";
                GRANT SELECT ON ALL VIEWS IN SCHEMA "ATLAS"."ATLAS_CERTIFIED" TO ROLE "FIRN_READER";
                GRANT USAGE ON PROCEDURE "ATLAS"."ATLAS"."AS_OF"(VARCHAR, DATE) TO ROLE "FIRN_READER";
                """);
    }

    @Test
    void theSecretOfARestCatalogIsNotInTheScript() throws IOException {
        String script = script(Atlas.REST, Atlas.OAUTH, DayAccess.PINNED);

        assertThat(script)
                .contains("REST_CONFIG = (CATALOG_URI = 'https://polaris.example/api')")
                .contains("OAUTH_CLIENT_ID = 'firn' OAUTH_CLIENT_SECRET = '<secret>'")
                .doesNotContain("it's", "it''s");
    }

    @Test
    void aStatementThatIsRunHasItsSecretQuoted() throws IOException {
        assertThat(steps(Atlas.REST, Atlas.OAUTH, DayAccess.PINNED))
                .extracting(Step::statement)
                .anySatisfy(sql -> assertThat(sql).contains("OAUTH_CLIENT_SECRET = 'it''s-secret\\\\'"))
                .noneSatisfy(sql -> assertThat(sql).contains("<secret>"));
        assertThat(steps(Atlas.REST, Atlas.OAUTH, DayAccess.PINNED).toString()).doesNotContain("it's", "it''s");
    }

    @Test
    void aLakeInSqliteIsReadByItsMetadataFiles() throws IOException {
        assertThat(script(Atlas.SQLITE, "", DayAccess.PINNED))
                .doesNotContain("\"FIRN_CATALOG\"", "AUTO_REFRESH")
                .contains("""
                        CREATE ICEBERG TABLE IF NOT EXISTS "ATLAS"."ATLAS"."PRODUCT"
                          EXTERNAL_VOLUME = 'FIRN_LAKE'
                          CATALOG = 'FIRN_CATALOG_PINS'
                          METADATA_FILE_PATH = 'atlas/product/metadata/00001.metadata.json';
                        """);
    }

    @Test
    void whereNoTagsAreKnownADateMakesTheTableOfItsDay() throws IOException {
        assertThat(script(Atlas.GLUE, "", DayAccess.PINNED)).contains("""
                    WHEN 'product' THEN
                      make := 'CREATE ICEBERG TABLE IF NOT EXISTS "ATLAS"."ATLAS_DAYS"."PRODUCT_' || TO_CHAR(DAY, 'YYYYMMDD') || '"\
                 EXTERNAL_VOLUME = ''FIRN_LAKE'' CATALOG = ''FIRN_CATALOG_PINS'' METADATA_FILE_PATH =\
                 ''atlas/firn-files/pinned/product/' || tag || '.metadata.json''';
                      query := 'SELECT * FROM "ATLAS"."ATLAS_DAYS"."PRODUCT_' || TO_CHAR(DAY, 'YYYYMMDD') || '"';
                """);
    }

    @Test
    void gluesOwnInterfaceCanBeChosen() throws IOException {
        assertThat(script(Atlas.GLUE, ", catalog: glue, aws-external-id: firn-7", DayAccess.PINNED))
                .contains("CATALOG_SOURCE = GLUE", "GLUE_CATALOG_ID = '123456789012'", "GLUE_REGION = 'eu-central-1'")
                .contains("STORAGE_AWS_EXTERNAL_ID = 'firn-7'");
    }

    private String script(String catalog, String more, DayAccess access) throws IOException {
        return new Ddl(Atlas.site(folder, catalog, more)).script(steps(catalog, more, access), "ACCOUNTADMIN");
    }

    private List<Step> steps(String catalog, String more, DayAccess access) throws IOException {
        return new Ddl(Atlas.site(folder, catalog, more)).steps(Atlas.tables(), access);
    }
}
