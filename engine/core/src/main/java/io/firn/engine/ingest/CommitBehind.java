package io.firn.engine.ingest;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.Cut;
import io.firn.engine.buffer.CutRows;
import io.firn.engine.source.ChangeSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Commits one cut while the next is read: its changes are logged and applied on a thread of their own. Everything else,
 * letting the source forget the cut included, stays with the thread that reads; and before that closes another cut, or
 * changes anything of a table, this one has ended. So cuts are committed in their order, and at most two are in memory.
 *
 * <p>All methods are called by the thread that reads.
 */
final class CommitBehind implements AutoCloseable {
    private final CutCommitter committer;
    private final ChangeSource source;
    private final IngestListener listener;
    private final SideThread side;
    private @Nullable UnderWay underWay;

    CommitBehind(CutCommitter committer, ChangeSource source, IngestListener listener, SideThread side) {
        this.committer = committer;
        this.source = source;
        this.listener = listener;
        this.side = side;
    }

    /** What has become of a cut. */
    private static final class UnderWay {
        final Cut cut;
        volatile @Nullable List<CommitReceipt> logged;
        volatile @Nullable Throwable failure;
        boolean isAcknowledged;

        UnderWay(Cut cut) {
            this.cut = cut;
        }
    }

    /** Begins to commit a cut; the one before was {@linkplain #await awaited}. */
    void begin(Cut cut, Map<TableIngest, CutRows> rows, long changes) {
        UnderWay next = new UnderWay(cut);
        underWay = next;
        side.begin(() -> commit(next, rows, changes));
    }

    /** Begins to make others' commits; nothing is under way. */
    void begin(List<BetweenCuts.Visit> visits) {
        side.begin(() -> visits.forEach(BetweenCuts.Visit::run));
    }

    private void commit(UnderWay cut, Map<TableIngest, CutRows> rows, long changes) {
        try {
            listener.begins(cut.cut, changes);
            cut.logged = committer.log(cut.cut, rows);
            committer.apply(cut.cut, rows);
            listener.finished(cut.cut, changes);
        } catch (RuntimeException | Error e) {
            cut.failure = e;
            listener.failed(cut.cut, e);
        }
    }

    /** @return whether a cut is being committed */
    boolean isBusy() {
        return !side.isIdle();
    }

    /**
     * Looks, without waiting, how far the cut is, and lets the source forget it as soon as it is in the logs.
     *
     * @return whether the source was told
     * @throws RuntimeException why the cut could not be committed
     */
    boolean look() {
        return side.isIdle() ? await() : acknowledge();
    }

    /**
     * Waits until the cut is in the tables.
     *
     * @return whether the source was told only now that it is in the logs
     * @throws RuntimeException why the cut could not be committed
     */
    boolean await() {
        side.await();
        UnderWay ended = underWay;
        if (ended == null) {
            return false;
        }
        Throwable failure = ended.failure;
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        boolean isNew = acknowledge();
        underWay = null;
        return isNew;
    }

    private boolean acknowledge() {
        UnderWay cut = underWay;
        List<CommitReceipt> receipts = cut == null ? null : cut.logged;
        if (cut == null || receipts == null || receipts.isEmpty() || cut.isAcknowledged) {
            return false;
        }
        source.acknowledge(cut.cut.upTo(), receipts);
        cut.isAcknowledged = true;
        return true;
    }

    /** Waits until nothing is under way, however it ends. */
    @Override
    public void close() {
        side.close();
    }
}
