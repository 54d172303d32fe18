package io.firn.engine.index;

import io.firn.workbench.SerialDeleteLoader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.PositionDeleteIndex;

/**
 * The positions that are deleted in live files, loaded when first asked for and kept until the file's deletes change.
 */
final class DeletedRows {
    private record Loaded(List<String> from, PositionDeleteIndex positions) {}

    private final Map<Integer, Loaded> cache = new HashMap<>();
    private SerialDeleteLoader loader;

    DeletedRows(Table table) {
        loader = new SerialDeleteLoader(table);
    }

    void use(Table table) {
        loader = new SerialDeleteLoader(table);
    }

    /** @return the deleted positions of the file; not to be changed */
    PositionDeleteIndex of(LiveFile file) {
        if (file.deletes().isEmpty()) {
            return PositionDeleteIndex.empty();
        }
        List<String> from = new ArrayList<>();
        for (DeleteFile deletes : file.deletes()) {
            from.add(deletes.location() + "@" + deletes.contentOffset());
        }
        Loaded loaded = cache.get(file.number());
        if (loaded == null || !loaded.from().equals(from)) {
            loaded = new Loaded(from, loader.loadPositionDeletes(file.deletes(), file.location()));
            cache.put(file.number(), loaded);
        }
        return loaded.positions();
    }

    void forget(int file) {
        cache.remove(file);
    }

    void forgetAll() {
        cache.clear();
    }
}
