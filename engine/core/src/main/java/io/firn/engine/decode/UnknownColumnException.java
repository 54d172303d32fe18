package io.firn.engine.decode;

/** The record has a column that the table has not: the source's table was altered. */
public final class UnknownColumnException extends UndecodableException {
    private static final long serialVersionUID = 1L;

    private final String column;

    UnknownColumnException(String column) {
        super("column " + column + " is not in the lake's table");
        this.column = column;
    }

    /** @return the name of the new column */
    public String column() {
        return column;
    }
}
