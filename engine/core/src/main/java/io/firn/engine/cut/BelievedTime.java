package io.firn.engine.cut;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.SourceClock;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the source's commit times against this machine's clock. */
final class BelievedTime {
    private static final Logger LOG = LoggerFactory.getLogger(BelievedTime.class);

    private final SourceClock rule;
    private final Clock clock;

    BelievedTime(SourceClock rule, Clock clock) {
        this.rule = rule;
        this.clock = clock;
    }

    /**
     * @param micros a commit time in microseconds since the epoch
     * @return the time that counts
     * @throws FirnException when the time cannot be true and the writer is to stop
     */
    long of(long micros) {
        Instant now = clock.instant();
        Instant committed = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        if (!committed.isAfter(now.plus(rule.maxAhead()))) {
            return micros;
        }
        if (rule.whenAhead() == SourceClock.WhenAhead.STOP) {
            throw new FirnException(
                    ErrorCode.SOURCE_MISCONFIGURED,
                    ("the source committed a change at %s by its clock, which is more than snapshots.max-ahead (%s) after %s"
                                    + " by this machine's; no day was ended. Put right whichever clock is wrong; if it was the"
                                    + " source's, set snapshots.when-ahead to own-clock to go on")
                            .formatted(committed, rule.maxAhead(), now));
        }
        LOG.warn("the source's clock said {} at {}: this machine's clock counts", committed, now);
        return ChronoUnit.MICROS.between(Instant.EPOCH, now);
    }
}
