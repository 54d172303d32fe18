package io.firn.catalog.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code serving.snowflake}: Snowflake as a reader of the lake. */
final class SnowflakeKeys {

    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final ValueType<String> NAME = ValueType.of("Snowflake name", SnowflakeKeys::name);

    static final Key<String> ACCOUNT = Key.required(
            "account",
            Types.matching(
                    "account identifier",
                    Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*"),
                    "must be an account identifier such as myorg-account1"),
            "The account, as in `myorg-account1`.");
    static final Key<String> URL = Key.optional(
            "url",
            Types.matching(
                    "JDBC URL", Pattern.compile("jdbc:snowflake://.+"), "must be a URL beginning with jdbc:snowflake:"),
            "JDBC URL, for private addresses. Left out, it is the account's own.");
    static final Key<String> USER =
            Key.required("user", Types.TEXT, "The user to log in as. It logs in with a key pair, never a password.");
    static final Key<String> PRIVATE_KEY =
            Key.required("private-key", Types.TEXT, "PEM file (PKCS #8) with the user's private RSA key.");
    static final Key<Secret> PASSPHRASE = Key.optional(
            "private-key-passphrase", Types.SECRET, "What the key is encrypted with; left out, it is not encrypted.");
    static final Key<String> ROLE =
            Key.optional("role", NAME, "FIRN", "The role that Firn works as; it owns what it makes and no more.");
    static final Key<String> WAREHOUSE =
            Key.required("warehouse", NAME, "The warehouse in which Firn's statements run; the smallest will do.");
    static final Key<String> DATABASE = Key.required("database", NAME, "The database to make the tables in.");
    static final Key<String> SCHEMA =
            Key.optional("schema", NAME, "The schema of the tables. Left out, it is the lake's namespace.");
    static final Key<String> READER_ROLE =
            Key.optional("reader-role", NAME, "FIRN_READER", "The role that may read, for people to be granted.");
    static final Key<String> VOLUME = Key.optional(
            "external-volume", NAME, "FIRN_LAKE", "What the external volume over the lake's files is called.");
    static final Key<String> INTEGRATION = Key.optional(
            "integration", NAME, "FIRN_CATALOG", "What the catalog integration with the lake's catalog is called.");
    static final Key<SnowflakeConfig.CatalogAccess> CATALOG = Key.optional(
            "catalog",
            Types.oneOf(SnowflakeConfig.CatalogAccess.class),
            "How Snowflake learns of new snapshots: `rest` from an Iceberg REST catalog, Glue's included; `glue` from"
                    + " Glue's own interface; `object-store` from `firn snowflake refresh` alone. Left out, it is `rest`"
                    + " for lakes in `glue` and `rest`, and `object-store` for `jdbc`.");
    static final Key<String> CATALOG_URI = Key.optional(
            "catalog-uri",
            Types.matching("https address", Pattern.compile("https?://.+"), "must be an http or https address"),
            "Address of the REST catalog as Snowflake sees it. Left out, it is the lake's own, or Glue's.");
    static final Key<String> CATALOG_NAME = Key.optional(
            "catalog-name", Types.TEXT, "What the REST catalog calls itself (`CATALOG_NAME`); for Glue, the account.");
    static final Key<String> AWS_ROLE = Key.required(
            "aws-role",
            Types.matching(
                    "role ARN",
                    Pattern.compile("arn:aws[a-z-]*:iam::\\d{12}:role/.+"),
                    "must be a role such as arn:aws:iam::123456789012:role/firn-snowflake"),
            "The AWS role that Snowflake assumes to read the lake's files, and Glue.");
    static final Key<String> AWS_EXTERNAL_ID = Key.optional(
            "aws-external-id", Types.TEXT, "What the role's trust policy asks for. Left out, Snowflake makes one up.");
    static final Key<String> AWS_REGION =
            Key.optional("aws-region", Types.TEXT, "Region of Glue. Required for lakes in `glue`.");
    static final Key<String> AWS_ACCOUNT = Key.optional(
            "aws-account",
            Types.matching("account number", Pattern.compile("\\d{12}"), "must be twelve digits"),
            "Account of Glue. Left out, it is the role's.");
    static final Key<SnowflakeConfig.DayMode> DAYS = Key.optional(
            "days",
            Types.oneOf(SnowflakeConfig.DayMode.class),
            "auto",
            "How days are read: `version-tag` by their tags, `pinned` from tables made on demand of pinned metadata,"
                    + " `auto` by tag where the account knows them.");

    static final Key<String> CLIENT_ID =
            Key.required("client-id", Types.TEXT, "The client that Snowflake is to the catalog.");
    static final Key<Secret> CLIENT_SECRET =
            Key.secret("client-secret", "Its secret; write `${NAME}` to take it from the environment.");
    static final Section OAUTH = new Section(
            "oauth",
            Section.Form.OPTIONAL,
            "How Snowflake logs in to a REST catalog that is not Glue's.",
            List.of(CLIENT_ID, CLIENT_SECRET),
            List.of());

    static final Section SNOWFLAKE = new Section(
            "snowflake",
            Section.Form.OPTIONAL,
            "Snowflake as a reader of the lake: docs/snowflake.md. Names are kept in upper case.",
            List.of(
                    ACCOUNT,
                    URL,
                    USER,
                    PRIVATE_KEY,
                    PASSPHRASE,
                    ROLE,
                    WAREHOUSE,
                    DATABASE,
                    SCHEMA,
                    READER_ROLE,
                    VOLUME,
                    INTEGRATION,
                    CATALOG,
                    CATALOG_URI,
                    CATALOG_NAME,
                    AWS_ROLE,
                    AWS_EXTERNAL_ID,
                    AWS_REGION,
                    AWS_ACCOUNT,
                    DAYS),
            List.of(OAUTH));

    private SnowflakeKeys() {}

    private static String name(String text) {
        if (!IDENTIFIER.matcher(text).matches()) {
            throw new IllegalArgumentException("must be letters, digits and underscores, not beginning with a digit,");
        }
        return text.toUpperCase(Locale.ROOT);
    }

    static void check(Values root, Problems problems) {
        root.part(ServingKeys.SERVING).findPart(SNOWFLAKE).ifPresent(snowflake -> {
            Values catalog = root.part(LakeKeys.LAKE).part(LakeKeys.CATALOG);
            CatalogType type = catalog.find(LakeKeys.TYPE).orElse(CatalogType.JDBC);
            if (type == CatalogType.GLUE && snowflake.find(AWS_REGION).isEmpty()) {
                problems.add(snowflake.line(), snowflake.path("aws-region") + " must be given for a lake in glue");
            }
            if (type != CatalogType.GLUE
                    && snowflake.find(CATALOG).orElse(null) == SnowflakeConfig.CatalogAccess.GLUE) {
                problems.add(
                        snowflake.line(CATALOG), snowflake.path("catalog") + " must not be glue for a lake elsewhere");
            }
            if (type == CatalogType.REST
                    && snowflake.find(CATALOG).orElse(SnowflakeConfig.CatalogAccess.REST)
                            == SnowflakeConfig.CatalogAccess.REST
                    && snowflake.findPart(OAUTH).isEmpty()) {
                problems.add(snowflake.line(), snowflake.path("oauth") + " must be given for a lake in a rest catalog");
            }
            String warehouse = catalog.find(LakeKeys.WAREHOUSE).orElse("");
            if (!warehouse.startsWith("s3://")) {
                problems.add(
                        snowflake.line(),
                        snowflake.path() + " needs lake.catalog.warehouse to be an s3:// location but it was "
                                + (warehouse.isEmpty() ? "not given" : warehouse));
            }
        });
    }

    static SnowflakeConfig build(Values snowflake, Folder folder) {
        return new SnowflakeConfig(login(snowflake, folder), names(snowflake), storage(snowflake), snowflake.of(DAYS));
    }

    private static SnowflakeConfig.Login login(Values snowflake, Folder folder) {
        return new SnowflakeConfig.Login(
                snowflake.of(ACCOUNT),
                snowflake.find(URL).orElse(null),
                snowflake.of(USER),
                folder.resolve(snowflake.of(PRIVATE_KEY)),
                snowflake.find(PASSPHRASE).orElse(null),
                snowflake.of(ROLE),
                snowflake.of(WAREHOUSE));
    }

    private static SnowflakeConfig.Names names(Values snowflake) {
        return new SnowflakeConfig.Names(
                snowflake.of(DATABASE),
                snowflake.find(SCHEMA).orElse(null),
                snowflake.of(READER_ROLE),
                snowflake.of(VOLUME),
                snowflake.of(INTEGRATION));
    }

    private static SnowflakeConfig.Storage storage(Values snowflake) {
        return new SnowflakeConfig.Storage(
                snowflake.find(CATALOG).orElse(null),
                snowflake.find(CATALOG_URI).orElse(null),
                snowflake.find(CATALOG_NAME).orElse(null),
                snowflake.of(AWS_ROLE),
                snowflake.find(AWS_EXTERNAL_ID).orElse(null),
                snowflake.find(AWS_REGION).orElse(null),
                snowflake.find(AWS_ACCOUNT).orElse(null),
                oauth(snowflake));
    }

    private static SnowflakeConfig.@Nullable OAuth oauth(Values snowflake) {
        return snowflake
                .findPart(OAUTH)
                .map(client -> new SnowflakeConfig.OAuth(client.of(CLIENT_ID), client.of(CLIENT_SECRET)))
                .orElse(null);
    }
}
