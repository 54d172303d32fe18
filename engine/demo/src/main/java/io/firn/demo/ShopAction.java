package io.firn.demo;

import java.sql.SQLException;

/** Something that happens in a shop, as the statements of one transaction or a part of one; it commits nothing. */
interface ShopAction {
    /** Returns the rows changed. */
    WorkloadCounts perform(ShopDesk desk) throws SQLException;
}
