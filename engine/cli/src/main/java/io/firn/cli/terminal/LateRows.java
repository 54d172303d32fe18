package io.firn.cli.terminal;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An output that begins with its first row, so that nothing of it is there when a command fails before that. */
public final class LateRows implements RowWriter {
    private final Supplier<RowWriter> output;
    private final Consumer<Supplier<RowWriter>> whenEmpty;
    private @Nullable RowWriter begun;

    /** @param whenEmpty is given the output when it is closed without a row, to begin and end it if all went well */
    public LateRows(Supplier<RowWriter> output, Consumer<Supplier<RowWriter>> whenEmpty) {
        this.output = output;
        this.whenEmpty = whenEmpty;
    }

    @Override
    public void row(List<? extends @Nullable Object> values) {
        if (begun == null) {
            begun = output.get();
        }
        begun.row(values);
    }

    @Override
    public void close() {
        if (begun == null) {
            whenEmpty.accept(output);
        } else {
            begun.close();
        }
    }
}
