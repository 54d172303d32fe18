package io.firn.engine.seed;

import io.firn.catalog.Cut;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.catalog.config.FirnConfig;
import io.firn.engine.protect.Protection;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A source whose rows have their columns changed as the configuration says, before anything else sees them. */
final class ProtectedSeedSource implements SeedSource {
    private final SeedSource source;
    private final Map<String, Protection> bySource = new HashMap<>();

    ProtectedSeedSource(SeedSource source, FirnConfig config) {
        this.source = source;
        config.tables().forEach((name, table) -> bySource.put(table.source(), Protection.of(name, table.gate())));
    }

    private Protection protection(String table) {
        return bySource.getOrDefault(table, Protection.NONE);
    }

    private RowSink guarded(SourceTable table, RowSink sink) {
        List<String> columns = table.columns().stream().map(SourceColumn::name).toList();
        return CsvGuard.of(protection(table.name()), columns, sink);
    }

    @Override
    public SourceTable table(String name) {
        SourceTable declared = source.table(name);
        List<String> problems = protection(name).problems(declared);
        if (!problems.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CONFIG_INVALID, problems);
        }
        return protection(name).declared(declared);
    }

    @Override
    public Noting watch(Map<String, List<String>> keys, Earlier earlier) {
        return source.watch(keys, earlier);
    }

    @Override
    public void requireCapture() {
        source.requireCapture();
    }

    @Override
    public void collect(Changes changes) {
        source.collect(changes);
    }

    @Override
    public SeedPlan plan(String table, String job) {
        return source.plan(table, job);
    }

    @Override
    public PartReader reader() {
        PartReader reader = source.reader();
        return new PartReader() {
            @Override
            public void read(SourceTable table, SeedPlan plan, SeedPart part, RowSink sink)
                    throws TableChangedException {
                reader.read(table, plan, part, guarded(table, sink));
            }

            @Override
            public void close() {
                reader.close();
            }
        };
    }

    @Override
    public Moment moment(long cutNumber, List<String> tables, Capture capture, Changes changes) {
        Moment moment = source.moment(cutNumber, tables, capture, changes);
        return new Moment() {
            @Override
            public Cut cut() {
                return moment.cut();
            }

            @Override
            public void read(SourceTable table, List<String> keyColumns, Collection<List<String>> keys, RowSink sink) {
                moment.read(table, keyColumns, keys, guarded(table, sink));
            }

            @Override
            public void close() {
                moment.close();
            }
        };
    }

    @Override
    public void end() {
        source.end();
    }

    @Override
    public void close() {
        source.close();
    }
}
