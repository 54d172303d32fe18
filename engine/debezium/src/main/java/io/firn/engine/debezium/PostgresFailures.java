package io.firn.engine.debezium;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.Failures;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.Secret;
import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What to tell a user of a failure that PostgreSQL, its driver or Debezium reported. */
final class PostgresFailures {
    private PostgresFailures() {}

    static FirnException of(PostgresSettings settings, Throwable failure) {
        if (failure instanceof FirnException known) {
            return known;
        }
        String where = "source.postgres: " + Secret.maskUri(settings.database().url());
        String said = Failures.rootMessage(failure);
        String state = state(failure);
        if (state.startsWith("28")) {
            return new FirnException(
                    ErrorCode.ACCESS_DENIED,
                    "%s refused the login of %s: %s"
                            .formatted(where, settings.database().user(), said),
                    failure);
        }
        if (state.equals("42501")) {
            return new FirnException(
                    ErrorCode.ACCESS_DENIED,
                    "%s lets %s not do what is needed: %s"
                            .formatted(where, settings.database().user(), said),
                    failure);
        }
        if (isTransient(failure)) {
            return new FirnException(ErrorCode.SOURCE_UNAVAILABLE, where + " cannot be reached: " + said, failure);
        }
        return new FirnException(ErrorCode.SOURCE_MISCONFIGURED, where + " cannot be read: " + said, failure);
    }

    /** @return whether the same may well work a little later */
    static boolean isTransient(Throwable failure) {
        if (failure instanceof FirnException known) {
            return known.code() == ErrorCode.SOURCE_UNAVAILABLE;
        }
        String state = state(failure);
        boolean goneOrStarting = state.startsWith("08") || state.startsWith("57") || state.equals("55006");
        return goneOrStarting || state.isEmpty() && find(failure, IOException.class) != null;
    }

    private static String state(Throwable failure) {
        SQLException cause = find(failure, SQLException.class);
        String state = cause == null ? null : cause.getSQLState();
        return state == null ? "" : state;
    }

    /** @return the innermost cause of that type */
    private static <T> @Nullable T find(Throwable failure, Class<T> type) {
        T found = null;
        for (Throwable cause = failure; cause != null; cause = next(cause)) {
            if (type.isInstance(cause)) {
                found = type.cast(cause);
            }
        }
        return found;
    }

    private static @Nullable Throwable next(Throwable cause) {
        return cause.getCause() == cause ? null : cause.getCause();
    }
}
