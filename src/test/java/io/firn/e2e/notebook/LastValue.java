package io.firn.e2e.notebook;

import org.jspecify.annotations.Nullable;

/** Where a cell leaves the value of its last expression, for whoever ran it. */
public final class LastValue {
    private static volatile @Nullable Object value;

    private LastValue() {}

    /** Called by cells. */
    public static void keep(@Nullable Object last) {
        value = last;
    }

    static @Nullable Object take() {
        Object last = value;
        value = null;
        return last;
    }
}
