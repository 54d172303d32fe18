package io.firn.dq.result;

import java.util.Locale;

/** How much of a table was looked at. */
public enum Scope {
    /** All of it. */
    FULL,
    /** What changed since it was last found to hold. */
    INCREMENTAL;

    /** Returns the name as results have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Scope parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
