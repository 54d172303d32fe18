package io.firn.engine.seed;

/** The source table was altered, truncated or written anew: its load has to start over. */
public final class TableChangedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message what happened to which table */
    public TableChangedException(String message) {
        super(message);
    }
}
