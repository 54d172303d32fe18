package io.firn.engine.seed;

import io.firn.catalog.Cut;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.engine.protect.Protection;
import io.firn.engine.quarantine.Quarantine;
import io.firn.engine.source.SourceRecord;
import io.firn.workbench.Workbench;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.duckdb.DuckDBConnection;

/**
 * Rows of a load that the lake cannot hold, as records in quarantine: their topic says so, and names the load's moment
 * and the table, their partition is the part, and their value the row as an object of texts, as the source prints them.
 */
public final class SetAside {
    private static final String TOPIC = "seed:";

    private final Lake lake;
    private final Workbench workbench;
    private final Path temporary;
    private final Clock clock;

    SetAside(Lake lake, Workbench workbench, Path temporary, Clock clock) {
        this.lake = lake;
        this.workbench = workbench;
        this.temporary = temporary;
        this.clock = clock;
    }

    /** @return whether a quarantined record is a row that a load has set aside */
    public static boolean isOne(SourceRecord record) {
        return record.topic().startsWith(TOPIC);
    }

    /** Sets the rows of a first load aside, with its cut. */
    void withCut(List<TableSeed> tables, Cut cut) {
        quarantine(tables, cut, quarantine -> {
            if (quarantine.logged(tables.stream().map(TableSeed::name).toList()).number() < cut.number()) {
                quarantine.commit(cut);
            }
        });
    }

    /** Sets rows aside in a lake that is in use, whose cuts are somebody else's. */
    void betweenCuts(TableSeed table, Cut moment) {
        quarantine(List.of(table), moment, Quarantine::commitBetweenCuts);
    }

    private void quarantine(List<TableSeed> tables, Cut moment, Consumer<Quarantine> commit) {
        try (DuckDBConnection connection = workbench.duck().connect()) {
            Quarantine quarantine = new Quarantine(lake, workbench, connection, temporary, clock);
            tables.forEach(table -> reject(quarantine, table, moment.lsn()));
            commit.accept(quarantine);
        } catch (SQLException e) {
            throw FirnException.internal("a connection could not be closed", e);
        }
    }

    private static void reject(Quarantine quarantine, TableSeed table, long lsn) {
        Protection protection = Protection.of(table.name(), table.config().gate());
        String topic = TOPIC + lsn + ":" + table.name();
        table.misfits().forEach((part, misfits) -> {
            for (int i = 0; i < misfits.size(); i++) {
                byte[] row = protection.noted(misfits.get(i).json().getBytes(StandardCharsets.UTF_8));
                SourceRecord record = new SourceRecord(topic, part, i, null, row);
                quarantine.reject(table.name(), record, lsn, misfits.get(i).reason());
            }
        });
    }
}
