package io.firn.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;

/** Called when a business day is over: its marker is committed, and no session works before this returns. */
public interface DayClosed {
    /** The connection is idle, commits automatically, and sees exactly the state at the marker. */
    void onDayClosed(LocalDate day, Connection connection) throws SQLException;
}
