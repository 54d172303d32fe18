package io.firn.engine.protect;

import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.catalog.config.ColumnPolicy;
import io.firn.catalog.config.GateConfig;
import io.firn.catalog.config.Suggestion;
import io.firn.engine.source.RowSchema;
import io.firn.engine.source.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A table's column policies. Records and rows are changed before anything else sees them, so that what is written
 * anywhere, into quarantine, temporary files and messages too, is never more than what the lake may have. What a column
 * becomes is a text; a column that is dropped is not there for anybody.
 */
public final class Protection {
    /** Changes nothing. */
    public static final Protection NONE = new Protection("", GateConfig.OPEN);

    /** Debezium's placeholder for a value that an update left alone. It stays, for it says nothing. */
    static final String UNAVAILABLE = "__debezium_unavailable_value";

    private static final String TEXT = "text";
    private static final Pattern PLAIN =
            Pattern.compile("text|citext|uuid|name|smallint|integer|bigint|character( varying)?(\\(\\d+\\))?");
    private static final byte[] WITHHELD =
            "{\"firn_withheld\":\"this is not JSON, and as the table has column policies nothing of it is kept\"}"
                    .getBytes(StandardCharsets.UTF_8);

    private final String table;
    private final Map<String, ColumnPolicy> policies;
    private final Map<String, ColumnGuard> guards = new LinkedHashMap<>();
    private @Nullable RowSchema described;
    private @Nullable RowSchema changed;

    private Protection(String table, GateConfig gate) {
        this.table = table;
        this.policies = gate.columns();
        policies.forEach((column, policy) -> guards.put(column, new ColumnGuard(policy, gate.key())));
    }

    /** @param table the table's name in the configuration */
    public static Protection of(String table, GateConfig gate) {
        return new Protection(table, gate);
    }

    /** @return whether every column goes into the lake as it is */
    public boolean isEmpty() {
        return guards.isEmpty();
    }

    /** @return a record as the source delivered it, with the columns changed */
    public SourceRecord ofSource(SourceRecord record) {
        return isEmpty()
                ? record
                : changed(record, guards, guards.keySet().stream().toList());
    }

    /** @return a record that was kept, with those columns changed that were not when it was set aside */
    public SourceRecord ofQuarantine(SourceRecord record) {
        byte[] value = record.value();
        List<String> done = isEmpty() || value == null ? List.of() : JsonGuard.mark(value);
        Map<String, ColumnGuard> left = new LinkedHashMap<>(guards);
        done.forEach(left::remove);
        return left.isEmpty() ? record : changed(record, left, done);
    }

    /** @return a row that a load sets aside, with a note of the columns that were changed in it */
    public byte[] noted(byte[] json) {
        return isEmpty() ? json : JsonGuard.marked(json, guards.keySet());
    }

    /** @return the columns that are changed or dropped */
    public Collection<String> columns() {
        return guards.keySet();
    }

    private static SourceRecord changed(SourceRecord record, Map<String, ColumnGuard> columns, List<String> mark) {
        byte[] key = record.key();
        byte[] value = record.value();
        return new SourceRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                key == null ? null : JsonGuard.key(key, columns::get).orElse(WITHHELD),
                value == null
                        ? null
                        : JsonGuard.envelope(value, columns::get)
                                .map(json -> JsonGuard.marked(json, mark))
                                .orElse(WITHHELD),
                record.rows());
    }

    /** @return a table's declaration, as if it held what its columns become */
    public SourceTable declared(SourceTable source) {
        if (isEmpty()) {
            return source;
        }
        List<SourceColumn> columns = new ArrayList<>();
        for (SourceColumn column : source.columns()) {
            ColumnGuard guard = guards.get(column.name());
            if (guard == null) {
                columns.add(column);
            } else if (!guard.drops()) {
                columns.add(new SourceColumn(column.name(), TEXT, column.required(), earlier(guard, column)));
            }
        }
        return new SourceTable(source.name(), columns, source.key(), source.identity());
    }

    private static @Nullable String earlier(ColumnGuard guard, SourceColumn column) {
        String earlier = column.earlier();
        return earlier == null ? null : guard.text(earlier);
    }

    /** @return what records say of their rows, as if these held what their columns become; the same for the same */
    public RowSchema described(RowSchema rows) {
        if (isEmpty()) {
            return rows;
        }
        if (rows != described || changed == null) {
            described = rows;
            RowSchema now = new RowSchema(rows.fields().stream()
                    .filter(field -> !isDropped(field.name()))
                    .map(field -> guards.containsKey(field.name()) ? text(field) : field)
                    .toList());
            changed = now.equals(changed) ? changed : now;
        }
        return Objects.requireNonNull(changed);
    }

    private static RowSchema.Field text(RowSchema.Field field) {
        return new RowSchema.Field(field.name(), "string", null, Map.of(), field.optional(), null);
    }

    /** @return whether the lake has no such column */
    public boolean isDropped(String column) {
        ColumnGuard guard = guards.get(column);
        return guard != null && guard.drops();
    }

    /** @return whether the column does not go into the lake as it is */
    public boolean changes(String column) {
        return guards.containsKey(column);
    }

    /** @return what is written in place of a column's value, which is in PostgreSQL's own text; null stays null */
    public @Nullable String text(String column, @Nullable String value) {
        ColumnGuard guard = guards.get(column);
        if (guard == null || value == null) {
            return value;
        }
        return guard.drops() ? null : guard.text(value);
    }

    /** @return a line for each policy that cannot be followed */
    public List<String> problems(SourceTable source) {
        List<String> problems = new ArrayList<>();
        policies.forEach((column, policy) -> problem(source, column, policy)
                .ifPresent(problem -> problems.add("tables.%s.columns.%s %s".formatted(table, column, problem))));
        return problems;
    }

    private static Optional<String> problem(SourceTable source, String name, ColumnPolicy policy) {
        Optional<SourceColumn> column = source.columns().stream()
                .filter(each -> each.name().equals(name))
                .findFirst();
        if (column.isEmpty()) {
            List<String> names =
                    source.columns().stream().map(SourceColumn::name).toList();
            return Optional.of("is not a column of " + source.name() + Suggestion.phrase(name, names));
        }
        String type = column.get().type();
        return policy.isKeyed() && !PLAIN.matcher(type).matches()
                ? Optional.of(
                        "is of type %s, and only texts and whole numbers can be hashed or tokenized; drop and mask take any"
                                .formatted(type))
                : Optional.empty();
    }
}
