package io.firn.cli.service;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.firn.catalog.config.QuietHours;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When something is done again.
 *
 * @param quietHours nothing begins in these; null when any hour will do
 */
record Schedule(ExecutionTime times, ZoneId zone, @Nullable QuietHours quietHours) {
    /** So many times in a row may fall into the quiet hours: a week of every minute. */
    private static final int MOST_QUIET = 7 * 24 * 60;

    /** @param cron five fields: minute, hour, day of month, month, day of week */
    static Schedule of(String cron, ZoneId zone, @Nullable QuietHours quietHours) {
        CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
        return new Schedule(ExecutionTime.forCron(parser.parse(cron)), zone, quietHours);
    }

    /** @return the first time after {@code now}; empty when there is none, as on every 30th of February */
    Optional<Instant> next(Instant now) {
        ZonedDateTime time = now.atZone(zone);
        for (int i = 0; i < MOST_QUIET; i++) {
            Optional<ZonedDateTime> next = times.nextExecution(time);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            time = next.get();
            if (quietHours == null || !quietHours.contains(time.toLocalTime())) {
                return Optional.of(time.toInstant());
            }
        }
        return Optional.empty();
    }
}
