package io.firn.snapshot;

import io.firn.catalog.Cut;
import io.firn.snapshot.TestShop.Change;
import io.firn.snapshot.TestShop.Row;
import java.util.List;
import java.util.SortedMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;

/** How the shop writes the files of a cut. */
interface CutFiles {

    /** @param rows of a current table, by their ids; not empty */
    List<DataFile> rows(Table table, SortedMap<Long, Row> rows, Cut cut);

    /**
     * @param changes not empty
     * @param first the offset of the first of them
     */
    List<DataFile> changes(Table log, List<Change> changes, Cut cut, long first);
}
