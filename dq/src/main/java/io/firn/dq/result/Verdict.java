package io.firn.dq.result;

import java.util.Locale;

/** What a check comes to. */
public enum Verdict {
    HELD,
    FAILED,
    /** It will hold or fail when a grace period is over; until then it stands in nobody's way. */
    WAITING,
    /** There is nothing to compare with yet, such as a history. */
    UNKNOWN,
    /** It could not be measured. */
    ERROR;

    /** Whether whoever relies on the table must not. */
    public boolean isBad() {
        return this == FAILED || this == ERROR;
    }

    /** Returns the name as results have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Verdict parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
