package io.firn.engine.decode;

/** The source's table was altered into one that the lake's table cannot follow; the message says what can be done. */
public final class IncompatibleSchemaException extends UndecodableException {
    private static final long serialVersionUID = 1L;

    public IncompatibleSchemaException(String reason) {
        super(reason);
    }
}
