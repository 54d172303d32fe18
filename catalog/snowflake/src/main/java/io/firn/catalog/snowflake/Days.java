package io.firn.catalog.snowflake;

import io.firn.catalog.config.SnowflakeConfig.DayMode;
import java.sql.SQLException;
import java.time.LocalDate;

/** Days in Snowflake. */
public final class Days {

    private static final String PROBE = "firn-probe";

    private final SnowflakeConnection snowflake;
    private final SnowflakeSite site;
    private final DaySql sql;

    public Days(SnowflakeConnection snowflake, SnowflakeSite site) {
        this.snowflake = snowflake;
        this.site = site;
        this.sql = new DaySql(site);
    }

    /** How days are read when nobody can be asked. */
    public static DayAccess unasked(SnowflakeSite site) {
        return site.config().days() == DayMode.VERSION_TAG ? DayAccess.VERSION_TAG : DayAccess.PINNED;
    }

    /**
     * Finds out how days are read: where the configuration leaves it open, by asking for a tag that is not there and
     * looking whether the account misses the tag or does not understand the question.
     *
     * @param table a table that is in Snowflake
     */
    public DayAccess access(String table) {
        if (site.config().days() != DayMode.AUTO) {
            return unasked(site);
        }
        try {
            snowflake.run("SELECT 1 FROM %s LIMIT 0".formatted(sql.tagged(table, PROBE)));
            return DayAccess.VERSION_TAG;
        } catch (SQLException e) {
            boolean missesTheTag = String.valueOf(e.getMessage()).contains(PROBE) && !Refusals.isUnknownSyntax(e);
            return missesTheTag ? DayAccess.VERSION_TAG : DayAccess.PINNED;
        }
    }

    /**
     * Makes sure that a day of a table can be read.
     *
     * @return what to select from
     */
    public String open(LakeTable table, LocalDate day, DayAccess access) {
        String from = sql.from(table.name(), day, access);
        if (access == DayAccess.PINNED) {
            snowflake.execute("day " + day + " of " + table.name(), sql.pin(table, day));
            snowflake.execute("day " + day + " of " + table.name(), sql.grantPinned(table.name(), day));
        } else {
            snowflake.execute("day " + day + " of " + table.name(), "SELECT 1 FROM %s LIMIT 0".formatted(from));
        }
        return from;
    }

    /** Points the certified view of a table to a day that can be read. */
    public void certify(LakeTable table, LocalDate day, DayAccess access) {
        snowflake.execute("certified view of " + table.name(), sql.certify(table.name(), day, access));
    }

    /** Lets Snowflake see a table's newest snapshot now. */
    public void refresh(LakeTable table) {
        snowflake.execute("refresh of " + table.name(), new TableDdl(site).refresh(table));
    }
}
