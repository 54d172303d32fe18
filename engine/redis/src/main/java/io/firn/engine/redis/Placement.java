package io.firn.engine.redis;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.RedisTableConfig;
import io.firn.catalog.config.RowForm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides where the rows of each table stand. Tables whose templates make the same keys have fields in the same hashes,
 * each guarded by a version of its own; any other two tables must have keys that cannot be taken for each other's.
 */
final class Placement {
    private final RedisConfig config;
    private final Map<String, KeyTemplate> templates = new LinkedHashMap<>();

    private Placement(RedisConfig config) {
        this.config = config;
        config.tables().forEach((table, row) -> templates.put(table, KeyTemplate.parse(table, row.key())));
    }

    /** @throws FirnException when rows of two tables could be taken for each other */
    static Map<String, TableKeys> of(RedisConfig config) {
        Placement placement = new Placement(config);
        Map<String, TableKeys> keys = new LinkedHashMap<>();
        config.tables()
                .forEach((table, row) -> keys.put(
                        table,
                        new TableKeys(
                                table,
                                placement.template(table),
                                row,
                                placement.place(table, row),
                                placement.links(table, row),
                                placement.dependents(table))));
        return keys;
    }

    private KeyTemplate template(String table) {
        KeyTemplate template = templates.get(table);
        if (template == null) {
            throw new IllegalArgumentException(table);
        }
        template.requireApartFrom(PositionStore.KEYS);
        templates.values().stream()
                .takeWhile(other -> other != template)
                .filter(other -> !other.sharesKeysWith(template))
                .forEach(template::requireApartFrom);
        return template;
    }

    private RowPlace place(String table, RedisTableConfig row) {
        List<String> together = together(table);
        if (together.size() == 1) {
            return row.linked() ? RowPlace.linked(links(table, row)) : RowPlace.whole(row.form());
        }
        requireHash(table, row, together);
        requireFieldsOfItsOwn(table, together);
        List<String> fields = List.copyOf(row.fields().keySet());
        return table.equals(together.get(0)) ? RowPlace.first(fields) : RowPlace.further(table, fields);
    }

    private Links links(String table, RedisTableConfig row) {
        if (!row.linked()) {
            return Links.NONE;
        }
        boolean alone = together(table).size() == 1;
        if (row.form() != RowForm.HASH || template(table).hasGenerations() || !alone) {
            throw invalid(
                    table, "must be a hash under a key of its own without {gen}, because it has sets or embeds tables");
        }
        List<Links.SetLink> sets = new ArrayList<>();
        row.sets().forEach((name, set) -> sets.add(new Links.SetLink(setKey(table, name, set.key()), set)));
        List<Links.Embedded> embedded = new ArrayList<>();
        row.embed().forEach((other, its) -> {
            requireEmbeddable(table, other);
            embedded.add(Links.Embedded.of(table, other, template(other), its.by(), its.fields()));
        });
        return new Links(sets, embedded);
    }

    private KeyTemplate setKey(String table, String name, String key) {
        KeyTemplate parsed = KeyTemplate.parse(table, key);
        parsed.requireApartFrom(PositionStore.KEYS);
        templates.values().forEach(parsed::requireApartFrom);
        if (parsed.hasGenerations()) {
            throw invalid(table, "sets." + name + ".key must not have {gen}");
        }
        return parsed;
    }

    private void requireEmbeddable(String table, String other) {
        RedisTableConfig row = config.tables().get(other);
        boolean fits = row != null
                && row.form() == RowForm.HASH
                && !template(other).hasGenerations()
                && template(other).columns().size() == 1;
        if (!fits) {
            throw invalid(
                    table,
                    "must not embed %s, which is no table of serving.redis.tables with hashes under a key of one column"
                            .formatted(other));
        }
    }

    /** Returns what other tables have of a table's rows. */
    private List<Links.Embedded> dependents(String table) {
        List<Links.Embedded> dependents = new ArrayList<>();
        config.tables()
                .forEach((other, row) -> links(other, row).embedded().stream()
                        .filter(embedded -> embedded.table().equals(table))
                        .forEach(dependents::add));
        return dependents;
    }

    private static FirnException invalid(String table, String rule) {
        return new FirnException(ErrorCode.CONFIG_INVALID, "serving.redis.tables.%s %s".formatted(table, rule));
    }

    /** Returns the tables that have fields under the same keys. */
    private List<String> together(String table) {
        KeyTemplate template = template(table);
        List<String> together = new ArrayList<>();
        templates.forEach((other, its) -> {
            if (its.sharesKeysWith(template)) {
                together.add(other);
            }
        });
        return together;
    }

    private void requireHash(String table, RedisTableConfig row, List<String> together) {
        boolean fits = row.form() == RowForm.HASH
                && !row.fields().isEmpty()
                && !template(table).hasGenerations();
        if (!fits) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID,
                    ("serving.redis.tables.%s must be a hash, name its fields and have no {gen} in its key, because %s have"
                                    + " fields under the same keys")
                            .formatted(table, String.join(", ", together)));
        }
    }

    private void requireFieldsOfItsOwn(String table, List<String> together) {
        for (String other : together.subList(0, together.indexOf(table))) {
            Set<String> both = new TreeSet<>(fields(other));
            both.retainAll(fields(table));
            if (!both.isEmpty()) {
                throw new FirnException(
                        ErrorCode.CONFIG_INVALID,
                        "serving.redis.tables.%s.fields must not have %s, which %s has under the same keys"
                                .formatted(table, String.join(", ", both), other));
            }
        }
    }

    private Set<String> fields(String table) {
        RedisTableConfig row = config.tables().get(table);
        return row == null ? Set.of() : row.fields().keySet();
    }
}
