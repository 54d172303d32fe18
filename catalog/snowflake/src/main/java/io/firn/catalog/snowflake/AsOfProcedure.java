package io.firn.catalog.snowflake;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The procedure with which somebody who types a date gets a day: {@code CALL AS_OF('product', '2026-11-20')}. It runs
 * with its owner's rights, and what it is given chooses among statements that are written here.
 */
final class AsOfProcedure {

    static final String NAME = "AS_OF";

    private final SnowflakeSite site;
    private final DaySql days;

    AsOfProcedure(SnowflakeSite site) {
        this.site = site;
        this.days = new DaySql(site);
    }

    Step step(List<LakeTable> tables, DayAccess access) {
        return Step.always(Step.Part.ROLE, "PROCEDURE", NAME, """
                CREATE OR REPLACE PROCEDURE %s("TABLE_NAME" VARCHAR, "DAY" DATE)
                RETURNS TABLE ()
                LANGUAGE SQL
                EXECUTE AS OWNER
                AS $$
                DECLARE
                  unknown_table EXCEPTION (-20001, %s);
                  tag VARCHAR DEFAULT 'day-' || TO_CHAR(DAY, 'YYYY-MM-DD');
                  make VARCHAR;
                  query VARCHAR;
                  result RESULTSET;
                BEGIN
                  CASE (LOWER(TABLE_NAME))
                %s
                    ELSE RAISE unknown_table;
                  END CASE;
                  IF (make IS NOT NULL) THEN
                    EXECUTE IMMEDIATE :make;
                  END IF;
                  result := (EXECUTE IMMEDIATE :query);
                  RETURN TABLE(result);
                END;
                $$""".formatted(
                        SqlText.name(site.database(), site.schema(), NAME),
                        SqlText.text("AS_OF knows the tables " + names(tables)),
                        tables.stream().map(table -> branch(table, access)).collect(Collectors.joining("\n"))));
    }

    private static String names(List<LakeTable> tables) {
        return tables.stream().map(LakeTable::name).collect(Collectors.joining(", "));
    }

    private String branch(LakeTable table, DayAccess access) {
        String when = "    WHEN " + SqlText.text(table.name()) + " THEN\n";
        return when + (access == DayAccess.VERSION_TAG ? tagged(table) : pinned(table));
    }

    private String tagged(LakeTable table) {
        return "      query := "
                + concatenated("SELECT * FROM " + days.tagged(table.name(), LakeTable.TAG), LakeTable.TAG, "tag")
                + ";";
    }

    private String pinned(LakeTable table) {
        String digits = "{digits}";
        String name = SqlText.name(site.database(), site.daysSchema(), DaySql.pinnedPrefix(table.name()) + digits);
        String file = SqlText.text(site.relative(table.pinLocation()));
        String make = "CREATE ICEBERG TABLE IF NOT EXISTS %s %s METADATA_FILE_PATH = %s"
                .formatted(name, days.pinOptions(), file);
        String made = concatenated(make, LakeTable.TAG, "tag").replace(digits, "' || TO_CHAR(DAY, 'YYYYMMDD') || '");
        String query = concatenated("SELECT * FROM " + name, digits, "TO_CHAR(DAY, 'YYYYMMDD')");
        return "      make := " + made + ";\n      query := " + query + ";";
    }

    /** A text in SQL in which {@code variable} stands for every {@code placeholder}. */
    private static String concatenated(String text, String placeholder, String variable) {
        return SqlText.text(text).replace(placeholder, "' || " + variable + " || '");
    }
}
