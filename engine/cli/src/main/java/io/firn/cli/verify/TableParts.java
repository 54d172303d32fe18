package io.firn.cli.verify;

import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.FirnConfig;
import io.firn.dq.verify.KeyRange;
import io.firn.dq.verify.LakeProgress;
import io.firn.dq.verify.Verification;
import io.firn.dq.verify.Verify;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** One table's parts, compared one after the other; with a journal, whoever comes next goes on with the round. */
public final class TableParts {
    private static final Duration START_UP = Duration.ofSeconds(30);

    private final Table table;
    private final Table log;
    private final String source;
    private final int all;
    private final @Nullable VerifyJournal journal;
    private int done;

    /** @param journal the parts that are left of the round; null to compare the table in one piece */
    private TableParts(Table table, Table log, String source, int all, @Nullable VerifyJournal journal) {
        this.table = table;
        this.log = log;
        this.source = source;
        this.all = all;
        this.journal = journal;
    }

    /** The table in one piece. */
    public static TableParts whole(FirnConfig config, Lake lake, String name) {
        return new TableParts(
                lake.table(name),
                lake.table(TableDefinition.changeLogOf(name)),
                config.table(name).source(),
                1,
                null);
    }

    /**
     * Parts of about so many rows.
     *
     * @param kind whose rounds these are; each kind has journals of its own
     */
    public static TableParts of(FirnConfig config, Lake lake, String name, long rows, String kind) {
        TableParts whole = whole(config, lake, name);
        List<KeyRange> division =
                KeyRange.divide(whole.table, config.table(name).key(), rows);
        VerifyJournal journal = VerifyJournal.open(journalOf(config, name, kind), () -> division);
        return new TableParts(whole.table, whole.log, whole.source, division.size(), journal);
    }

    private static Path journalOf(FirnConfig config, String name, String kind) {
        return config.workbench()
                .indexDirectory()
                .resolveSibling(kind)
                .resolve(config.lake().namespace())
                .resolve(name + ".json");
    }

    /** How many parts a whole round has. */
    public int all() {
        return all;
    }

    /** How many parts are left in this round. */
    public int left() {
        return journal == null ? Math.max(0, 1 - done) : journal.left();
    }

    /** Compares the next part; there must be one. */
    public Verification compareNext(Verify verify, Connection postgres, LakeProgress progress, Duration patience) {
        KeyRange range = journal == null ? KeyRange.ALL : journal.next();
        Verification found = verify.compareLive(table, log, postgres, source, range, progress, patience);
        done++;
        if (journal != null) {
            journal.compared();
        }
        return found;
    }

    /** How far the lake of all configured tables has followed its source. */
    public static LakeProgress progress(FirnConfig config, Lake lake) {
        Map<String, Table> logs = new HashMap<>();
        config.tables()
                .keySet()
                .forEach(name -> lake.find(TableDefinition.changeLogOf(name)).ifPresent(log -> logs.put(name, log)));
        return new LakeProgress(logs);
    }

    /** How long a running ingest needs to bring the lake to a moment. */
    public static Duration patience(FirnConfig config) {
        return config.commit().interval().multipliedBy(2).plus(START_UP);
    }
}
