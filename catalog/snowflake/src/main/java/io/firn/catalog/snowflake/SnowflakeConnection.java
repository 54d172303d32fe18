package io.firn.catalog.snowflake;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.Secret;
import io.firn.catalog.config.SnowflakeConfig.Login;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** A login to Snowflake with a key pair. */
public final class SnowflakeConnection implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 30;

    private final Connection connection;

    private SnowflakeConnection(Connection connection) {
        this.connection = connection;
    }

    /**
     * Logs in.
     *
     * @throws FirnException when the driver is missing, the key cannot be read, or Snowflake refuses
     */
    public static SnowflakeConnection open(SnowflakeSite site) {
        Login login = site.config().login();
        if (!Files.isReadable(login.privateKey())) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID,
                    "serving.snowflake.private-key must be a PEM file that can be read but was " + login.privateKey());
        }
        String url = login.url() == null
                ? "jdbc:snowflake://%s.snowflakecomputing.com/".formatted(login.account())
                : login.url();
        String where = "serving.snowflake: Snowflake at " + Secret.maskUri(url);
        try {
            Connection connection = DriverLoader.driver().connect(url, properties(site, login));
            if (connection == null) {
                throw new FirnException(ErrorCode.CONFIG_INVALID, "serving.snowflake.url is no address: " + url);
            }
            return new SnowflakeConnection(connection);
        } catch (SQLException e) {
            throw Refusals.ofLogin(where, e);
        }
    }

    /** The role is not among them: it may be what is made first. */
    private static Properties properties(SnowflakeSite site, Login login) {
        Properties properties = new Properties();
        properties.setProperty("account", login.account());
        properties.setProperty("user", site.config().login().user());
        properties.setProperty("authenticator", "snowflake_jwt");
        properties.setProperty("private_key_file", login.privateKey().toString());
        Secret passphrase = login.passphrase();
        if (passphrase != null) {
            properties.setProperty("private_key_pwd", passphrase.value());
        }
        properties.setProperty("application", "Firn");
        properties.setProperty("loginTimeout", String.valueOf(PATIENCE_SECONDS));
        properties.setProperty("CLIENT_OUT_OF_BAND_TELEMETRY_ENABLED", "false");
        properties.setProperty("disablePlatformDetection", "true");
        properties.setProperty("tracing", "OFF");
        return properties;
    }

    /** Works as a role from now on. */
    public void useRole(String role) {
        execute("role " + role, "USE ROLE " + SqlText.name(role));
    }

    /** Computes in a warehouse from now on. */
    public void useWarehouse(String warehouse) {
        execute("warehouse " + warehouse, "USE WAREHOUSE " + SqlText.name(warehouse));
    }

    /** @throws FirnException with what the refusal means */
    void execute(String doing, String sql) {
        try {
            run(sql);
        } catch (SQLException e) {
            throw Refusals.ofStatement(doing, e);
        }
    }

    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Whether a statement that lists things lists at least one. */
    boolean lists(String doing, String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next();
        } catch (SQLException e) {
            if (e.getErrorCode() == 2003 || e.getErrorCode() == 2043) {
                return false; // what it would be in is not there either
            }
            throw Refusals.ofStatement(doing, e);
        }
    }

    /** The account's name for itself and its region, in one line. */
    public String greeting() {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CURRENT_ACCOUNT(), CURRENT_REGION()")) {
            return row.next() ? row.getString(1) + " in " + row.getString(2) : "no answer";
        } catch (SQLException e) {
            throw Refusals.ofStatement("a first question", e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw FirnException.internal("the login to Snowflake did not end", e);
        }
    }
}
