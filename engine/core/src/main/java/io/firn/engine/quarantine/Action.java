package io.firn.engine.quarantine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What was done about a quarantined record. */
public enum Action {
    /** It is in the change log, and folded into the table. */
    REPLAYED,
    /** The row has changed since: the table holds something newer, and stays as it is. */
    SUPERSEDED,
    /** The writer has written a later change of the row: the source has put it right. */
    CLEARED,
    /** Somebody decided that it is not needed. */
    DROPPED,
    /** It was tried again and still cannot be written: it stays in quarantine. */
    FAILED,
    /** Somebody asked the writer that is running to replay it: it stays in quarantine until that has been tried. */
    REQUESTED;

    /** @return the name in the log and on the screen */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> ends() {
        return Arrays.stream(values())
                .filter(action -> action != FAILED && action != REQUESTED)
                .map(Action::text)
                .toList();
    }
}
