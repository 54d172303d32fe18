package io.firn.cli.service;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.Cut;
import io.firn.dq.rule.RuleResult;
import io.firn.engine.ingest.CommittedCut;
import io.firn.engine.ingest.IngestListener;
import java.util.List;

/** Tells several listeners, in order. */
record Listeners(List<IngestListener> all) implements IngestListener {
    Listeners {
        all = List.copyOf(all);
    }

    @Override
    public void begins(Cut cut, long changes) {
        all.forEach(listener -> listener.begins(cut, changes));
    }

    @Override
    public void logging(String table, Cut cut) {
        all.forEach(listener -> listener.logging(table, cut));
    }

    @Override
    public void logged(String table, CommitReceipt receipt, long changes) {
        all.forEach(listener -> listener.logged(table, receipt, changes));
    }

    @Override
    public void applying(String table, Cut cut) {
        all.forEach(listener -> listener.applying(table, cut));
    }

    @Override
    public void applied(String table, CommitReceipt receipt) {
        all.forEach(listener -> listener.applied(table, receipt));
    }

    /** Only one can keep the rows: the first that takes them. */
    @Override
    public boolean takes(CommittedCut cut) {
        return all.stream().anyMatch(listener -> listener.takes(cut));
    }

    @Override
    public void finished(Cut cut, long changes) {
        all.forEach(listener -> listener.finished(cut, changes));
    }

    @Override
    public void failed(Cut cut, Throwable failure) {
        all.forEach(listener -> listener.failed(cut, failure));
    }

    @Override
    public void ruled(RuleResult result) {
        all.forEach(listener -> listener.ruled(result));
    }

    @Override
    public void stopped(String table, String reason) {
        all.forEach(listener -> listener.stopped(table, reason));
    }

    @Override
    public void rejected(String table, String reason) {
        all.forEach(listener -> listener.rejected(table, reason));
    }
}
