package io.firn.engine.gate;

import io.firn.dq.rule.RowRule;
import io.firn.engine.gate.RuleGate.Waiting;
import io.firn.engine.gate.Verdicts.Then;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Decides which of some changes are not written, once it is known which rules they break. What follows a change that is
 * set aside, and lacks values that only that one may have, cannot be written either; nor can anything after the change
 * that stops the table.
 */
final class Judgement {
    private static final String FOLLOWS =
            "the source left out values, and an earlier change of the row is in quarantine";
    private static final String STOPPED = "the table is stopped";

    private final List<RowRule> rules;
    private final long[] broken;
    private final Set<ByteBuffer> keys = new HashSet<>();
    private boolean stopped;

    /** @param broken how many changes each rule has set aside so far; is counted on */
    Judgement(List<RowRule> rules, long[] broken) {
        this.rules = rules;
        this.broken = broken;
    }

    /**
     * @param changes in their order
     * @param firstBroken for each the place of the rule that sets it aside; null for none
     * @return the places of those that are not written
     */
    long[] of(List<Waiting> changes, List<@Nullable Integer> firstBroken) {
        LongStream.Builder gone = LongStream.builder();
        for (int i = 0; i < changes.size(); i++) {
            if (isSetAside(changes.get(i), firstBroken.get(i))) {
                gone.add(i);
            }
        }
        return gone.build().toArray();
    }

    private boolean isSetAside(Waiting change, @Nullable Integer place) {
        Verdicts verdicts = change.verdicts();
        byte[] key = change.record().key();
        boolean comesAfter = key != null && keys.contains(ByteBuffer.wrap(key));
        if (stopped) {
            verdicts.setAside(change.record(), change.lsn(), STOPPED);
        } else if (comesAfter && change.isIncomplete()) {
            verdicts.setAside(change.record(), change.lsn(), FOLLOWS);
        } else if (place != null) {
            RowRule rule = rules.get(place);
            stopped = verdicts.broken(change.record(), change.lsn(), rule, ++broken[place]) == Then.SET_ASIDE;
        } else {
            if (comesAfter) {
                verdicts.follows(change.record());
            }
            return false;
        }
        if (key != null) {
            keys.add(ByteBuffer.wrap(key));
        }
        return true;
    }
}
