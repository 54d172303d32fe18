package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.workbench.AsOf;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which state of the tables a command looks at; without an option, the current one. */
final class LakeMoment {

    @Option(
            names = "--as-of",
            paramLabel = "DAY",
            converter = DayOrTime.class,
            description = "The end of a business day, such as 2026-11-20; or a time, such as 2026-11-20T14:30 (in the"
                    + " configured zone) or 2026-11-20T14:30Z: what readers saw then.")
    private @Nullable TemporalAccessor when;

    @Option(names = "--tag", paramLabel = "TAG", description = "What a tag names.")
    private @Nullable String tag;

    @Option(
            names = "--snapshot",
            paramLabel = "ID",
            description = "One snapshot of a table; other tables are shown at the same cut of the source.")
    private @Nullable Long snapshot;

    /** Reads a day or a time. */
    static final class DayOrTime implements ITypeConverter<TemporalAccessor> {
        private static final int DAY_LENGTH = "2026-11-20".length();

        @Override
        public TemporalAccessor convert(String text) {
            try {
                return text.length() == DAY_LENGTH
                        ? LocalDate.parse(text)
                        : DateTimeFormatter.ISO_DATE_TIME.parseBest(text, ZonedDateTime::from, LocalDateTime::from);
            } catch (DateTimeException e) {
                throw new TypeConversionException(
                        "must be a day such as 2026-11-20 or a time such as 2026-11-20T14:30Z but was " + text);
            }
        }
    }

    AsOf asOf(SnapshotsConfig config) {
        if (when != null) {
            return asOf(when, config);
        }
        if (tag != null) {
            return new AsOf.Tag(tag);
        }
        return snapshot == null ? new AsOf.Head() : new AsOf.SnapshotId(snapshot);
    }

    private static AsOf asOf(TemporalAccessor when, SnapshotsConfig config) {
        if (when instanceof LocalDate day) {
            return new AsOf.Day(day);
        }
        Instant instant = when instanceof LocalDateTime local
                ? local.atZone(config.zone()).toInstant()
                : Instant.from(when);
        return new AsOf.Time(instant);
    }

    /** Reads {@code 2026-11-20}, the name of a tag, or nothing for the head. */
    static AsOf named(String text) {
        if (text.isBlank()) {
            return new AsOf.Head();
        }
        try {
            return new AsOf.Day(LocalDate.parse(text));
        } catch (DateTimeException e) {
            return new AsOf.Tag(text);
        }
    }

    /** Whether no moment was asked for. */
    boolean isHead() {
        return when == null && tag == null && snapshot == null;
    }

    /** Refuses a moment where a command has moments of its own. */
    void requireNone(String option) {
        if (!isHead()) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID,
                    option + " names its own moments: leave out --as-of, --tag and --snapshot");
        }
    }
}
