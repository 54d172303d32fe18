package io.firn.engine.quarantine;

import io.firn.catalog.Cut;
import io.firn.engine.quarantine.QuarantineLog.Entry;
import io.firn.engine.source.ChangeSource.Partition;
import io.firn.engine.source.SourceRecord;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Clears quarantined records whose row has a later change in the lake: whatever was wrong with them, the source has put
 * it right. A process that dies before it says so leaves it to the next change, or to a replay.
 */
public final class Corrections {
    private final Quarantine quarantine;
    private final QuarantineView view;
    private final QuarantineLog log;
    private final List<Later> noted = new ArrayList<>();
    private final List<Later> committing = new ArrayList<>();
    private Cut cut = Cut.NONE;

    /** @param log whose actor is the writer itself */
    public Corrections(Quarantine quarantine, QuarantineView view, QuarantineLog log) {
        this.quarantine = quarantine;
        this.view = view;
        this.log = log;
    }

    private record Later(String table, SourceRecord record) {}

    /** Notes a change that is about to be buffered, if an earlier one of its row is in quarantine. */
    public void note(String table, SourceRecord record) {
        if (quarantine.holds(table, record.key())) {
            noted.add(new Later(table, record));
        }
    }

    /**
     * A cut is about to be committed.
     *
     * @param next for each partition the first offset that is not in it
     */
    public void begin(Cut committed, Map<Partition, Long> next) {
        cut = committed;
        for (Iterator<Later> each = noted.iterator(); each.hasNext(); ) {
            Later later = each.next();
            SourceRecord record = later.record();
            if (record.offset() < next.getOrDefault(new Partition(record.topic(), record.partition()), 0L)) {
                committing.add(later);
                each.remove();
            }
        }
    }

    /** The cut is in the change logs. */
    public void committed() {
        List<String> ids = new ArrayList<>();
        committing.forEach(later -> {
            SourceRecord record = later.record();
            quarantine
                    .clear(later.table(), record.key(), record.offset())
                    .forEach(offset -> ids.add(record.topic() + "/" + record.partition() + "/" + offset));
        });
        committing.clear();
        if (!ids.isEmpty()) {
            String detail = "a later change of the row is in cut " + cut.number();
            log.append(view.list(new Selection(List.of(), ids, Selection.State.OPEN)).stream()
                    .map(record -> new Entry(record, Action.CLEARED, detail))
                    .toList());
        }
    }
}
