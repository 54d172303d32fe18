package io.firn.cli;

import io.firn.catalog.FirnException;
import io.firn.cli.prompt.PromptLake;
import io.firn.cli.terminal.RowWriter;
import io.firn.workbench.AsOf;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.iceberg.Table;

/** The lake as the prompt asks for it. Columns are looked up once, for completion to be quick. */
final class QueriedLake implements PromptLake {
    private final LakeQueries queries;
    private final Session session;
    private final Map<String, List<Column>> columns = new HashMap<>();

    QueriedLake(LakeQueries queries, Session session) {
        this.queries = queries;
        this.session = session;
    }

    @Override
    public List<String> tables() {
        return queries.tables();
    }

    @Override
    public List<Column> columns(String table) {
        return columns.computeIfAbsent(table, this::read);
    }

    private List<Column> read(String name) {
        return queries.lake()
                .find(name)
                .map(table -> table.schema().columns().stream()
                        .map(field -> new Column(field.name(), field.type().toString()))
                        .toList())
                .orElse(List.of());
    }

    @Override
    public List<String> days() {
        TreeSet<LocalDate> days = new TreeSet<>();
        session.config()
                .tables()
                .keySet()
                .forEach(name -> queries.lake().find(name).ifPresent(table -> days.addAll(AsOf.days(table))));
        return days.stream().map(LocalDate::toString).toList();
    }

    @Override
    public void lookAt(String moment) {
        AsOf wanted = LakeMoment.named(moment);
        requireATable(wanted);
        queries.lookAt(wanted);
    }

    private void requireATable(AsOf wanted) {
        FirnException failure = null;
        for (String name : session.config().tables().keySet()) {
            Optional<Table> table = queries.lake().find(name);
            try {
                if (table.isPresent()) {
                    wanted.resolve(table.get());
                    return;
                }
            } catch (FirnException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void run(String statement, Function<List<String>, RowWriter> output) {
        queries.run(statement, output);
    }
}
