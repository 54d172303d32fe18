package io.firn.catalog.snowflake;

import io.firn.catalog.FirnException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Brings Snowflake to where the statements say it should be: looks first, then does what is missing. */
public final class Apply {

    /** What is to become of a step. */
    public enum Action {
        /** It is not there: it is made. */
        CREATE,
        /** It is run every time; that changes nothing where it was run before. */
        RUN,
        /** It is there. */
        NONE,
        /** It is not there, or cannot be seen, and only an account administrator can make it. */
        ASK,
        /** An administrator's, and not looked at. */
        LEAVE
    }

    /** A step and what is to become of it. */
    public record Planned(Step step, Action action) {}

    private final SnowflakeConnection snowflake;
    private final SnowflakeSite site;
    private final @Nullable String admin;
    private Step.@Nullable Part part;

    /** @param admin the role that does the account's part; null to leave that part alone */
    public Apply(SnowflakeConnection snowflake, SnowflakeSite site, @Nullable String admin) {
        this.snowflake = snowflake;
        this.site = site;
        this.admin = admin;
    }

    /** Looks what is there. Changes nothing. */
    public List<Planned> plan(List<Step> steps) {
        List<Planned> plan = new ArrayList<>();
        Map<Step.Part, Boolean> ready = new HashMap<>();
        for (Step step : steps) {
            boolean known = ready.computeIfAbsent(step.part(), this::mayLook);
            plan.add(new Planned(step, action(step, known)));
        }
        return List.copyOf(plan);
    }

    /** The role itself may be what is missing: then nothing it would make is there. */
    private boolean mayLook(Step.Part part) {
        try {
            snowflake.useRole(role(part));
            return true;
        } catch (FirnException e) {
            if (part == Step.Part.ACCOUNT && admin != null) {
                throw e;
            }
            return false;
        }
    }

    /** How days are read in this account, as far as that can be found out now. */
    public DayAccess dayAccess(List<LakeTable> tables) {
        part = null;
        return mayLook(Step.Part.ROLE)
                ? new Days(snowflake, site).access(tables.get(0).name())
                : Days.unasked(site);
    }

    private String role(Step.Part part) {
        return part == Step.Part.ACCOUNT && admin != null
                ? admin
                : site.config().login().role();
    }

    private Action action(Step step, boolean known) {
        boolean mine = step.part() == Step.Part.ROLE || admin != null;
        String show = step.presence().show();
        if (show.isEmpty()) {
            return mine ? Action.RUN : Action.LEAVE;
        }
        if (known && snowflake.lists(step.kind() + " " + step.name(), show)) {
            return Action.NONE;
        }
        return mine ? Action.CREATE : Action.ASK;
    }

    /**
     * Does one step of a plan.
     *
     * @return what was refused, and what that means; empty when it is done or there was nothing to do
     */
    public Optional<FirnException> run(Planned planned) {
        Step step = planned.step();
        try {
            if (planned.action() == Action.CREATE || planned.action() == Action.RUN) {
                become(step.part());
                snowflake.execute(step.kind() + " " + step.name(), step.statement());
            }
            return Optional.empty();
        } catch (FirnException e) {
            return Optional.of(e);
        }
    }

    private void become(Step.Part next) {
        if (part != next) {
            snowflake.useRole(role(next));
            if (next == Step.Part.ROLE) {
                snowflake.useWarehouse(site.config().login().warehouse());
            }
            part = next;
        }
    }
}
