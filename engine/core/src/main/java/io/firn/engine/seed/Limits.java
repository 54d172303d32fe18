package io.firn.engine.seed;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.TableConfig;
import io.firn.dq.rule.RowRule;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many rows of a table's load may be set aside before the load ends; a load counts as one commit. */
final class Limits {
    /** Of fewer rows a part says little. */
    private static final long ENOUGH_TO_WEIGH = 100;

    private final String table;
    private final TableConfig config;
    private final List<RowRule> rules;
    private final Map<String, Long> byReason = new HashMap<>();
    private long rejected;

    /** @param table the table's name in the configuration */
    Limits(String table, TableConfig config, List<RowRule> rules) {
        this.table = table;
        this.config = config;
        this.rules = List.copyOf(rules);
    }

    /** Begins to count. @param earlier what is set aside already */
    synchronized void begin(List<Misfit> earlier) {
        byReason.clear();
        rejected = 0;
        count(earlier);
    }

    private void count(List<Misfit> misfits) {
        rejected += misfits.size();
        misfits.forEach(misfit -> byReason.merge(misfit.reason(), 1L, Long::sum));
    }

    /**
     * Counts rows that are set aside.
     *
     * @throws FirnException when they are more than the table, or one of its rules, may have
     */
    synchronized void reject(List<Misfit> misfits) {
        if (misfits.isEmpty()) {
            return;
        }
        count(misfits);
        for (RowRule rule : rules) {
            long broken = byReason.getOrDefault(rule.reason(), 0L);
            if (broken > 0 && rule.stopsAt(broken)) {
                throw stopped("%s has rows that break %s".formatted(config.source(), rule.reason()));
            }
        }
        if (rejected > config.quarantineThreshold()) {
            throw stopped(
                    "tables.%s.quarantine-threshold is %d and %s has more rows than that which the lake cannot hold"
                            .formatted(table, config.quarantineThreshold(), config.source()),
                    misfits);
        }
    }

    /**
     * Weighs what was set aside when everything is read.
     *
     * @param written how many rows were not
     * @throws FirnException when too large a part was
     */
    synchronized void weigh(long written) {
        Double most = config.gate().quarantineRate();
        long all = written + rejected;
        if (most != null && all >= ENOUGH_TO_WEIGH && rejected > most * all) {
            throw stopped("tables.%s.quarantine-rate is %s%% and the lake cannot hold %,d of the %,d rows of %s"
                    .formatted(
                            table,
                            BigDecimal.valueOf(most)
                                    .movePointRight(2)
                                    .stripTrailingZeros()
                                    .toPlainString(),
                            rejected,
                            all,
                            config.source()));
        }
    }

    private static FirnException stopped(String why, List<Misfit> misfits) {
        return new FirnException(
                ErrorCode.TABLE_STOPPED,
                "%s; nothing of it can be seen in the lake; the last one: %s"
                        .formatted(why, misfits.get(misfits.size() - 1).reason()));
    }

    private static FirnException stopped(String why) {
        return new FirnException(
                ErrorCode.TABLE_STOPPED,
                why + "; nothing of it can be seen in the lake until the source or the rule is corrected");
    }
}
