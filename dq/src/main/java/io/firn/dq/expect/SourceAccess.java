package io.firn.dq.expect;

import io.firn.dq.verify.LakeProgress;
import java.sql.Connection;
import java.time.Duration;

/** The database that tables come from. */
public interface SourceAccess {
    /** Opens a connection, which the caller closes. */
    Connection connect();

    /** Returns how far the lake has followed it. */
    LakeProgress progress();

    /** Returns how long the lake may take to reach a moment of it. */
    Duration patience();
}
