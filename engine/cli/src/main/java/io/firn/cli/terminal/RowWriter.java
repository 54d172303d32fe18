package io.firn.cli.terminal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes rows one by one; memory does not grow with their number. */
public interface RowWriter extends AutoCloseable {

    /** Writes one row with a value for each column: Java's own types, {@code byte[]}, collections and maps of them. */
    void row(List<? extends @Nullable Object> values);

    @Override
    void close();
}
