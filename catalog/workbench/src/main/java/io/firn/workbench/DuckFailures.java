package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.sql.SQLException;
import java.util.Locale;

/** DuckDB's errors as the product's own. */
public final class DuckFailures {
    private DuckFailures() {}

    /**
     * Says in one line what failed.
     *
     * @param doing what was under way, such as {@code "writing atlas.product"}
     * @return the failure as one line with a code that says who can put it right
     */
    public static FirnException translate(String doing, SQLException failure) {
        String message = firstLine(failure);
        return new FirnException(code(message), doing + " failed: " + message, failure);
    }

    /** Returns whether the memory limit was in the way. */
    public static boolean isOutOfMemory(SQLException failure) {
        return firstLine(failure).toLowerCase(Locale.ROOT).startsWith("out of memory");
    }

    /** Returns whether the memory limit was in the way. */
    static boolean isOutOfMemory(FirnException failure) {
        return failure.getCause() instanceof SQLException cause && isOutOfMemory(cause);
    }

    private static ErrorCode code(String message) {
        String text = message.toLowerCase(Locale.ROOT);
        if (text.startsWith("out of memory") || text.contains("max_temp_directory_size")) {
            return ErrorCode.LIMIT_TOO_SMALL;
        }
        if (text.startsWith("io error") || text.contains("no space left")) {
            return ErrorCode.STORAGE_FAILED;
        }
        return text.startsWith("interrupt") ? ErrorCode.INTERRUPTED : ErrorCode.INTERNAL;
    }

    private static String firstLine(SQLException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }
}
