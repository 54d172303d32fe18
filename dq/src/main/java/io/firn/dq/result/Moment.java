package io.firn.dq.result;

import java.util.Locale;

/** Which state of a table was looked at. */
public enum Moment {
    /** The newest one that all tables have reached. */
    HEAD,
    /** The end of a business day. */
    DAY;

    /** Returns the name as results have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Moment parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
