package io.firn.snapshot.ledger;

import java.time.LocalDate;
import java.util.Map;

/** Says of a day that has closed which of its tables may be relied on. */
@FunctionalInterface
public interface DayVerdicts {
    /** Nobody has looked. */
    DayVerdicts NONE = (day, snapshots) -> Map.of();

    /**
     * Looks at a day.
     *
     * @param snapshots that the day's tags name, by table
     * @return whether each table was found to be what is expected of it; tables that nobody looked at are left out
     */
    Map<String, Boolean> of(LocalDate day, Map<String, Long> snapshots);
}
