package io.firn.compactor.layout;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.deletes.Deletes;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.CloseableIterable;

/** Sets of row positions in one data file. */
public final class Positions {
    private Positions() {}

    /** Returns a new set without positions. */
    public static PositionDeleteIndex none() {
        return Deletes.toPositionIndex(CloseableIterable.empty());
    }

    /** Returns those of {@code all} that are not in {@code known}, as a new set. */
    public static PositionDeleteIndex without(PositionDeleteIndex all, PositionDeleteIndex known) {
        PositionDeleteIndex rest = none();
        all.forEach(position -> {
            if (!known.isDeleted(position)) {
                rest.delete(position);
            }
        });
        return rest;
    }

    /** Returns the positions, the lowest first. */
    public static List<Long> list(PositionDeleteIndex positions) {
        List<Long> list = new ArrayList<>();
        positions.forEach(list::add);
        return list;
    }
}
