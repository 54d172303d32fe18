package io.firn.engine.decode;

/** A record that cannot be understood; the message says why in words for the quarantine. */
public class UndecodableException extends Exception {
    private static final long serialVersionUID = 1L;

    UndecodableException(String reason) {
        super(reason, null, false, false);
    }
}
