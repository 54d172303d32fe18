package io.firn.cli;

import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.RowWriter;
import io.firn.engine.quarantine.QuarantineView;
import io.firn.engine.quarantine.QuarantinedRecord;
import io.firn.engine.quarantine.Selection;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code firn quarantine show}. */
@Command(
        name = "show",
        header = "Shows quarantined records as they came.",
        description =
                "Also those that were replayed or dropped. A key or a value that is not text is shown as hexadecimal"
                        + " digits after \\x.",
        footer = "  firn quarantine show --id shop.public.product/0/4711")
final class QuarantineShowCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private QuarantineOptions options = new QuarantineOptions();

    QuarantineShowCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        Selection selection = options.selection(config, Selection.State.ALL);
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(duck, config.workbench());
                RowWriter rows = session.rows("id", "reason", "key", "value")) {
            AtomicLong shown = new AtomicLong();
            new QuarantineView(lake, workbench).forEach(selection, record -> {
                rows.row(row(record));
                shown.incrementAndGet();
            });
            if (shown.get() == 0) {
                session.note("no such record is in quarantine; firn quarantine list --all shows what was");
            }
        }
        return 0;
    }

    private static List<@Nullable Object> row(QuarantinedRecord record) {
        return Arrays.asList(
                record.id(),
                record.reason(),
                text(record.record().key()),
                text(record.record().value()));
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return "\\x" + HexFormat.of().formatHex(bytes);
        }
    }
}
