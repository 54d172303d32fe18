package io.firn.catalog.snowflake;

import java.util.ArrayList;
import java.util.List;

/** Everything that has to be in Snowflake for a lake to be read there, in the order in which it can be made. */
public final class Ddl {

    private final SnowflakeSite site;

    public Ddl(SnowflakeSite site) {
        this.site = site;
    }

    /** All statements, for tables that are in the lake. */
    public List<Step> steps(List<LakeTable> tables, DayAccess access) {
        List<Step> steps = new ArrayList<>(new AccountDdl(site).steps());
        steps.addAll(new TableDdl(site).steps(tables));
        steps.add(procedure(tables, access));
        steps.addAll(new TableDdl(site).grants());
        return steps;
    }

    /** The procedure with which a date gives a day. */
    public Step procedure(List<LakeTable> tables, DayAccess access) {
        return new AsOfProcedure(site).step(dayTables(tables), access);
    }

    /** The tables that have days; change logs are all days at once. */
    private static List<LakeTable> dayTables(List<LakeTable> tables) {
        return tables.stream().filter(table -> !table.isChangeLog()).toList();
    }

    /**
     * The script that a person can run, with the role for each part. Secrets are not in it.
     *
     * @param admin the role that runs the account's part
     */
    public String script(List<Step> steps, String admin) {
        StringBuilder script = new StringBuilder();
        Step.Part part = null;
        for (Step step : steps) {
            if (step.part() != part) {
                part = step.part();
                String role = part == Step.Part.ACCOUNT
                        ? admin
                        : site.config().login().role();
                script.append(script.isEmpty() ? "" : "\n");
                script.append("USE ROLE ").append(SqlText.name(role)).append(";\n\n");
                if (part == Step.Part.ROLE) {
                    script.append("USE WAREHOUSE ")
                            .append(SqlText.name(site.config().login().warehouse()))
                            .append(";\n\n");
                }
            }
            script.append(step.sql()).append(";\n");
        }
        return script.toString();
    }
}
