package io.firn.engine.ingest;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.engine.buffer.BufferColumns;
import io.firn.engine.buffer.CutRows;
import io.firn.engine.quarantine.Action;
import io.firn.engine.quarantine.QuarantineLog.Entry;
import io.firn.engine.quarantine.QuarantinedRecord;
import io.firn.engine.seed.CsvRow;
import io.firn.engine.seed.Misfit;
import io.firn.engine.seed.StagedRows;
import io.firn.engine.seed.StagedRows.Misfits;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one table that one load has set aside, tried again with the columns that the lake has now. In the change log
 * their partitions are below those of any topic and of {@link RowRepair}, so that a row is known when it comes again.
 */
final class SeededRows {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STAGED = "firn:seeded:staged";
    private static final int FIRST_PARTITION = -2;

    private final TableIngest table;
    private final Map<String, String> renames;
    private final Map<Place, QuarantinedRecord> open = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();

    private record Place(int partition, long offset) {}

    /** @param renames what columns are called now, by what they were called before */
    SeededRows(TableIngest table, Map<String, String> renames) {
        this.table = table;
        this.renames = Map.copyOf(renames);
    }

    void add(QuarantinedRecord record) {
        open.put(
                new Place(
                        FIRST_PARTITION - record.record().partition(),
                        record.record().offset()),
                record);
    }

    /**
     * Writes what fits now and is not older than what the change log has.
     *
     * @param temporary a folder for rows on their way
     * @return what became of each record
     */
    List<Entry> replay(Ingest ingest, Path temporary, Instant now) {
        List<Misfit> misfits = stage(temporary);
        NewerChanges newer =
                new NewerChanges(table.writer().changes(), table.columns(), table.keySlots(), ingest.workbench());
        CutRows current = newer.remove(
                changes(now),
                table.topic(),
                (partition, offset, action, detail) -> end(new Place(partition, offset), action, detail));
        CutRows left = table.passing(
                fitting(current, misfits),
                (partition, offset, rule, broken) -> end(new Place(partition, offset), Action.FAILED, rule.reason()));
        if (left.count() == 0) {
            left.close();
        } else {
            String cut = "cut " + ingest.commitBeside(Map.of(table, left)).number();
            open.values().forEach(record -> entries.add(new Entry(record, Action.REPLAYED, cut)));
        }
        return List.copyOf(entries);
    }

    private List<Misfit> stage(Path temporary) {
        List<NestedField> columns = new ArrayList<>(table.columns());
        columns.add(NestedField.optional(Integer.MAX_VALUE - 1, BufferColumns.PARTITION, Types.IntegerType.get()));
        columns.add(NestedField.optional(Integer.MAX_VALUE, BufferColumns.OFFSET, Types.LongType.get()));
        return StagedRows.stage(
                table.workConnection(),
                STAGED,
                columns,
                Misfits.WITHOUT_THE_VALUE,
                temporary,
                sink -> open.forEach((place, record) -> sink.row(csv(place, record))));
    }

    private byte[] csv(Place place, QuarantinedRecord record) {
        Map<String, @Nullable String> texts = new HashMap<>();
        texts(Objects.requireNonNull(table.protectAgain(record.record()).value()))
                .forEach((column, text) -> texts.put(renames.getOrDefault(column, column), text));
        List<@Nullable String> row = new ArrayList<>();
        table.columns().forEach(column -> row.add(texts.get(column.name())));
        row.addAll(Arrays.asList(Integer.toString(place.partition()), Long.toString(place.offset())));
        return CsvRow.of(row);
    }

    private static Map<String, @Nullable String> texts(byte[] json) {
        try {
            return JSON.readValue(new String(json, StandardCharsets.UTF_8), new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException("a row in quarantine is no object of texts", e);
        }
    }

    private void end(Place place, Action action, String detail) {
        entries.add(new Entry(Objects.requireNonNull(open.remove(place)), action, detail));
    }

    private CutRows fitting(CutRows rows, List<Misfit> misfits) {
        long left = rows.count();
        try (Statement statement = rows.connection().createStatement()) {
            for (Misfit misfit : misfits) {
                Place place = place(misfit);
                if (open.containsKey(place)) {
                    end(place, Action.FAILED, misfit.reason());
                    left -= statement.executeUpdate("DELETE FROM %s WHERE %s = %d AND %s = %d"
                            .formatted(
                                    rows.relation(),
                                    BufferColumns.PARTITION,
                                    place.partition(),
                                    BufferColumns.OFFSET,
                                    place.offset()));
                }
            }
        } catch (SQLException e) {
            throw DuckFailures.translate("replaying rows of " + table.name(), e);
        }
        return new CutRows(rows.connection(), rows.table(), left, 0);
    }

    private static Place place(Misfit misfit) {
        Map<String, @Nullable String> row = texts(misfit.json().getBytes(StandardCharsets.UTF_8));
        return new Place(
                Integer.parseInt(Objects.requireNonNull(row.get(BufferColumns.PARTITION))),
                Long.parseLong(Objects.requireNonNull(row.get(BufferColumns.OFFSET))));
    }

    private CutRows changes(Instant now) {
        String name = "seeded:" + table.name();
        long lsn =
                open.values().stream().mapToLong(QuarantinedRecord::lsn).max().orElse(0);
        String changes = new RowsAsChanges(table.columns(), lsn, now)
                .read(Sql.identifier(STAGED), ", %s, %s".formatted(BufferColumns.PARTITION, BufferColumns.OFFSET));
        try (Statement statement = table.workConnection().createStatement()) {
            statement.execute("CREATE OR REPLACE TABLE %s AS %s".formatted(Sql.identifier(name), changes));
            statement.execute("DROP TABLE " + Sql.identifier(STAGED));
            return new CutRows(table.workConnection(), name, open.size(), 0);
        } catch (SQLException e) {
            throw DuckFailures.translate("replaying rows of " + table.name(), e);
        }
    }
}
