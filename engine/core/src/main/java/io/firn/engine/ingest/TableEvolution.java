package io.firn.engine.ingest;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.SchemaCommit;
import io.firn.catalog.SchemaPlan;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.catalog.config.TableConfig;
import io.firn.engine.decode.ColumnNames;
import io.firn.engine.decode.DeclaredColumns;
import io.firn.engine.decode.IncompatibleSchemaException;
import io.firn.engine.decode.SourceEncoding;
import io.firn.engine.source.RowSchema;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a table of the lake able to hold its source's rows. What the records say of their rows is the truth; where they
 * say nothing, the database is asked for its declaration, and that of now stands for that of the record.
 */
final class TableEvolution {
    private static final Logger LOG = LoggerFactory.getLogger(TableEvolution.class);
    /**
     * A table whose records cannot be decoded for another reason must not make the database answer for each of them.
     */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    private final String name;
    private final TableConfig config;
    private final Table current;
    private final Table changes;
    private final SourceTables tables;
    private final SourceEncoding encoding;
    private final Clock clock;
    private Instant askedAt = Instant.EPOCH;

    TableEvolution(
            String name,
            TableConfig config,
            Table current,
            Table changes,
            SourceTables tables,
            SourceEncoding encoding,
            Clock clock) {
        this.name = name;
        this.config = config;
        this.current = current;
        this.changes = changes;
        this.tables = tables;
        this.encoding = encoding;
        this.clock = clock;
    }

    /**
     * Follows what records say of their rows.
     *
     * @return whether the table was changed
     * @throws IncompatibleSchemaException when it cannot follow; nothing was changed
     */
    boolean follow(RowSchema rows, ColumnNames names) throws IncompatibleSchemaException {
        if (plan(DeclaredColumns.of(rows, current.schema(), names, Map.of())).isEmpty()) {
            return false;
        }
        Map<String, SourceColumn> declared = new HashMap<>();
        declaration().ifPresent(table -> table.columns().forEach(column -> declared.put(column.name(), column)));
        return apply(plan(DeclaredColumns.of(rows, current.schema(), names, declared)));
    }

    /**
     * Follows the database's declaration, because a record could not be decoded.
     *
     * @return whether the table was changed
     * @throws IncompatibleSchemaException when it cannot follow; nothing was changed
     */
    boolean ask() throws IncompatibleSchemaException {
        Optional<SourceTable> declared = declarationNow();
        List<String> ambiguous = declared.map(this::ambiguous).orElse(List.of());
        if (!ambiguous.isEmpty()) {
            throw new IncompatibleSchemaException(ambiguous.get(0));
        }
        return declared.isPresent() && apply(plan(declared.get().columns()));
    }

    /** The same for records that say how they are written, which need not say how large their numbers may be. */
    boolean askOfDescribedRows() throws IncompatibleSchemaException {
        Optional<SourceTable> declared = declarationNow();
        return declared.isPresent() && apply(plan(declared.get().columns()));
    }

    private Optional<SourceTable> declarationNow() {
        Instant now = clock.instant();
        if (now.isBefore(askedAt.plus(ASK_AGAIN))) {
            return Optional.empty();
        }
        askedAt = now;
        return declaration();
    }

    /**
     * Follows the declaration as far as that can be done, when the table is opened. What cannot be done matters only
     * when such records come.
     *
     * @return what records without a description of their rows leave open; empty for nothing
     */
    Optional<String> prepare() {
        Optional<SourceTable> declared;
        try {
            declared = tables.find(config.source());
        } catch (FirnException e) {
            LOG.debug("{} is opened without its source's declaration", name, e);
            return Optional.empty();
        }
        if (declared.isEmpty()) {
            return Optional.empty();
        }
        List<String> ambiguous = ambiguous(declared.get());
        if (!ambiguous.isEmpty()) {
            return Optional.of(ambiguous.get(0));
        }
        SchemaPlan plan = plan(declared.get().columns());
        if (plan.conflicts().isEmpty() && !plan.isEmpty()) {
            commit(plan);
        }
        return Optional.empty();
    }

    /** @return whether the source has a column now; true where it cannot be asked */
    boolean has(String column) {
        try {
            return tables.find(config.source())
                    .map(table -> table.columns().stream()
                            .anyMatch(each -> each.name().equals(column)))
                    .orElse(true);
        } catch (FirnException e) {
            LOG.debug("{}: nobody can say whether column {} is still there", name, column, e);
            return true;
        }
    }

    private List<String> ambiguous(SourceTable declared) {
        return encoding.ambiguities(current.schema(), declared.columns()).stream()
                .map(column ->
                        "the type of column %s was changed, and records that do not say how they are written do not tell on which side of the change they are: load table %s anew, or let the connector write schemas"
                                .formatted(column, name))
                .toList();
    }

    private Optional<SourceTable> declaration() {
        try {
            return tables.find(config.source());
        } catch (FirnException e) {
            if (e.code() == ErrorCode.CONFIG_INVALID) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private SchemaPlan plan(List<SourceColumn> columns) {
        return SchemaPlan.of(name, current.schema(), TableUtil.formatVersion(current), columns, config.rename());
    }

    private boolean apply(SchemaPlan plan) throws IncompatibleSchemaException {
        if (!plan.conflicts().isEmpty()) {
            throw new IncompatibleSchemaException(String.join("; ", plan.conflicts()));
        }
        if (plan.isEmpty()) {
            return false;
        }
        commit(plan);
        return true;
    }

    private void commit(SchemaPlan plan) {
        LOG.info("{} follows its source: {}", name, plan.changes());
        SchemaCommit.apply(plan, current, changes);
    }
}
