package io.firn.workbench;

import java.util.concurrent.ExecutorService;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg's loader of deletion vectors and position deletes, in the thread that asks for them: with threads of its own
 * it waits at least 10 ms for each data file, the shortest interval at which Iceberg's tasks look for an end.
 */
public class SerialDeleteLoader extends BaseDeleteLoader {
    static final @Nullable ExecutorService IN_THE_CALLERS_THREAD = null;

    /** @param table through whose {@code FileIO} delete files are read */
    public SerialDeleteLoader(Table table) {
        super(file -> table.io().newInputFile(file), IN_THE_CALLERS_THREAD);
    }
}
