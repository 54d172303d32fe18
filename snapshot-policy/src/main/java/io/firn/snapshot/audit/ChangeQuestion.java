package io.firn.snapshot.audit;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question about changes.
 *
 * @param table the lake's name for the table
 * @param key values of its key, as {@code column=value}, or the value alone for a key of one column; empty for all rows
 * @param column only changes of this column; null for all columns
 * @param from the first business day; null for the beginning
 * @param to the last business day; null for now
 * @param beyondPercent only changes of the column by more than this; null for all
 * @param show further columns to show
 * @param which all changes, or only late ones
 */
public record ChangeQuestion(
        String table,
        List<String> key,
        @Nullable String column,
        @Nullable LocalDate from,
        @Nullable LocalDate to,
        @Nullable BigDecimal beyondPercent,
        List<String> show,
        Which which) {

    /** Which changes of the days. */
    public enum Which {
        /** All of them. */
        ALL,
        /** Those that the source committed before the first of the days began, by its clock. */
        LATE
    }

    public ChangeQuestion {
        key = List.copyOf(key);
        show = List.copyOf(show);
        if (beyondPercent != null && column == null) {
            throw new FirnException(ErrorCode.USAGE_INVALID, "--beyond needs --column");
        }
        if (beyondPercent != null && beyondPercent.signum() < 0) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID, "--beyond must not be negative but was " + beyondPercent.toPlainString());
        }
        if (from != null && to != null && to.isBefore(from)) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID, "--from must not be after --to but was %s, %s".formatted(from, to));
        }
        if (which == Which.LATE && from == null) {
            throw new FirnException(ErrorCode.USAGE_INVALID, "--late needs --from");
        }
    }
}
