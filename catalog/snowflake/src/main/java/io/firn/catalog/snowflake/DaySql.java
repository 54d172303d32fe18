package io.firn.catalog.snowflake;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A day's tables in SQL. */
final class DaySql {

    private static final String TAG_PREFIX = "day-";

    private final SnowflakeSite site;

    DaySql(SnowflakeSite site) {
        this.site = site;
    }

    static String tag(LocalDate day) {
        return TAG_PREFIX + day;
    }

    /** The table at a tag. */
    String tagged(String table, String tag) {
        return "%s AT(VERSION_TAG => %s)".formatted(site.table(table), SqlText.text(tag));
    }

    /** The table that shows one day. */
    String pinned(String table, LocalDate day) {
        return SqlText.name(
                site.database(), site.daysSchema(), pinnedPrefix(table) + day.format(DateTimeFormatter.BASIC_ISO_DATE));
    }

    static String pinnedPrefix(String table) {
        return table.toUpperCase(Locale.ROOT) + "_";
    }

    /** Makes the table that shows one day. */
    String pin(LakeTable table, LocalDate day) {
        return "CREATE ICEBERG TABLE IF NOT EXISTS %s %s METADATA_FILE_PATH = %s"
                .formatted(
                        pinned(table.name(), day),
                        pinOptions(),
                        SqlText.text(site.relative(table.pinLocation().replace(LakeTable.TAG, tag(day)))));
    }

    String pinOptions() {
        return "EXTERNAL_VOLUME = %s CATALOG = %s"
                .formatted(SqlText.text(site.config().names().externalVolume()), SqlText.text(site.pinsIntegration()));
    }

    /** Lets the readers read the table that shows one day. */
    String grantPinned(String table, LocalDate day) {
        return "GRANT SELECT ON ICEBERG TABLE %s TO ROLE %s"
                .formatted(
                        pinned(table, day), SqlText.name(site.config().names().readerRole()));
    }

    /** What to select from for a day. */
    String from(String table, LocalDate day, DayAccess access) {
        return access == DayAccess.VERSION_TAG ? tagged(table, tag(day)) : pinned(table, day);
    }

    /** Points the certified view of a table to a day. */
    String certify(String table, LocalDate day, DayAccess access) {
        return "CREATE OR REPLACE VIEW %s COPY GRANTS COMMENT = %s AS SELECT * FROM %s"
                .formatted(
                        SqlText.name(site.database(), site.certifiedSchema(), table.toUpperCase(Locale.ROOT)),
                        SqlText.text("The table on " + day + ", certified."),
                        from(table, day, access));
    }
}
