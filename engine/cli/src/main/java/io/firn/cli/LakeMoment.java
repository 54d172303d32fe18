package io.firn.cli;

import io.firn.workbench.AsOf;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which state of the tables a command looks at; without an option, the current one. */
final class LakeMoment {

    @Option(
            names = "--as-of",
            paramLabel = "DAY",
            converter = DayName.class,
            description = "The end of a business day, such as 2026-11-20.")
    private @Nullable LocalDate day;

    @Option(names = "--tag", paramLabel = "TAG", description = "What a tag names.")
    private @Nullable String tag;

    @Option(names = "--snapshot", paramLabel = "ID", description = "One snapshot of the one table in the query.")
    private @Nullable Long snapshot;

    /** Reads a day. */
    static final class DayName implements ITypeConverter<LocalDate> {
        @Override
        public LocalDate convert(String text) {
            try {
                return LocalDate.parse(text);
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("must be a day such as 2026-11-20 but was " + text);
            }
        }
    }

    AsOf asOf() {
        if (day != null) {
            return new AsOf.Day(day);
        }
        if (tag != null) {
            return new AsOf.Tag(tag);
        }
        return snapshot == null ? new AsOf.Head() : new AsOf.SnapshotId(snapshot);
    }
}
