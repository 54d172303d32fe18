package io.firn.cli.probe;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.Failures;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.PostgresConfig;
import io.firn.catalog.config.Secret;
import java.sql.SQLException;

/** Whose fault it is that PostgreSQL cannot be used: the login's, the network's, or the configuration's. */
public final class PostgresFailures {
    private PostgresFailures() {}

    /** Tells them apart by SQLSTATE. The password is in no message. */
    public static FirnException translate(PostgresConfig postgres, SQLException cause) {
        String state = cause.getSQLState() == null ? "" : cause.getSQLState();
        String where = "source.postgres: " + Secret.maskUri(postgres.url());
        if (state.startsWith("28")) {
            return new FirnException(
                    ErrorCode.ACCESS_DENIED,
                    where + " refused the login of " + postgres.user() + ": " + cause.getMessage(),
                    cause);
        }
        if (state.startsWith("08") || state.startsWith("57")) {
            return new FirnException(
                    ErrorCode.SOURCE_UNAVAILABLE, where + " cannot be reached: " + Failures.rootMessage(cause), cause);
        }
        return new FirnException(
                ErrorCode.SOURCE_MISCONFIGURED, where + " cannot be used: " + Failures.rootMessage(cause), cause);
    }
}
