package io.firn.engine.ingest;

import io.firn.engine.source.MemorySource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A source database small enough to reason about: tables {@code public.item} and {@code public.stock} with (id bigint,
 * name text, amount numeric(10,2)), transactions in commit order, and Debezium's records for them in a
 * {@link MemorySource}. Knows what a correct lake holds.
 */
public final class FakePostgres {
    /** The rule that rows break whose amount is negative, as a table's configuration has it. */
    public static final String RULE = "rules: { not-negative: { that: amount >= 0 } }, ";

    /** A row of either table. */
    public record Row(long id, @Nullable String name, long cents) {
        boolean breaksTheRule() {
            return cents < 0;
        }
    }

    final MemorySource source;
    final Map<String, TreeMap<Long, Row>> tables = new LinkedHashMap<>();
    private final Map<String, TreeMap<Long, Row>> accepted = new LinkedHashMap<>();
    private final TreeMap<Long, Map<String, TreeMap<Long, Row>>> history = new TreeMap<>();
    private final List<List<Sent>> transactions = new ArrayList<>();
    private final Map<String, TreeSet<Long>> changes = new LinkedHashMap<>();
    private final Map<String, Long> markers = new LinkedHashMap<>();
    private List<Sent> sending = new ArrayList<>();

    private final Map<String, List<Long>> lsns = new LinkedHashMap<>();
    private final Map<String, TreeMap<Long, TreeSet<Long>>> touched = new LinkedHashMap<>();
    private final Map<String, TreeSet<Long>> junk = new LinkedHashMap<>();
    private final Map<String, TreeSet<Long>> refused = new LinkedHashMap<>();

    /** @param lsn of the change; 0 when the record is none */
    private record Sent(String topic, long key, @Nullable String value, long lsn) {}

    private final String prefix;
    private final int partitions;
    private long lsn = 1000;
    private long lastCommit;
    private long transaction = 700;
    private long micros = 1_795_000_000_000_000L;

    public FakePostgres(MemorySource source, String prefix) {
        this(source, prefix, 1);
    }

    /** @param partitions of each table's topic, by key; a truncate is in the first */
    public FakePostgres(MemorySource source, String prefix, int partitions) {
        this.partitions = partitions;
        this.source = source;
        this.prefix = prefix;
        tables.put("public.item", new TreeMap<>());
        tables.put("public.stock", new TreeMap<>());
    }

    /** A transaction under way; its records are sent on commit, changes first. */
    public final class Transaction {
        private final long id = ++transaction;
        private final Map<String, Integer> counts = new LinkedHashMap<>();
        private final List<String> markersHere = new ArrayList<>();
        private final Map<String, TreeSet<Long>> keys = new LinkedHashMap<>();
        private int order;

        public Transaction put(String table, long id, @Nullable String name, long cents) {
            Row after = new Row(id, name, cents);
            Row before = rows(table).put(id, after);
            if (!after.breaksTheRule()) {
                acceptedRows(table).put(id, after);
            }
            send(table, before == null ? "c" : "u", before, after);
            return this;
        }

        public Transaction delete(String table, long id) {
            Row before = rows(table).remove(id);
            acceptedRows(table).remove(id);
            if (before != null) {
                send(table, "d", before, null);
                append(new Sent(prefix + "." + table, id, null, 0));
            }
            return this;
        }

        public Transaction move(String table, long from, long to) {
            Row before = rows(table).get(from);
            if (before != null && !rows(table).containsKey(to)) {
                delete(table, from);
                put(table, to, before.name(), before.cents());
            }
            return this;
        }

        public Transaction truncate(String table) {
            rows(table).clear();
            acceptedRows(table).clear();
            send(table, "t", null, null);
            return this;
        }

        /** Sends a change that nobody can read. */
        public Transaction junk(String table) {
            order++;
            counts.merge(table, 1, Integer::sum);
            lsn += 8;
            junk.computeIfAbsent(table, name -> new TreeSet<>()).add(lsn);
            append(new Sent(
                    prefix + "." + table,
                    0,
                    "{\"before\":null,\"after\":{\"id\":\"one\"},\"source\":%s,\"transaction\":%s,\"op\":\"c\"}"
                            .formatted(origin(), block()),
                    0));
            return this;
        }

        public Transaction message(String prefixOfMessage, String content) {
            markersHere.add(content);
            order++;
            counts.merge("x.LogicalDecodingMessageId@" + order, 1, Integer::sum);
            lsn += 8;
            append(new Sent(
                    prefix + ".message",
                    0,
                    "{\"op\":\"m\",\"source\":%s,\"transaction\":%s,\"message\":{\"prefix\":\"%s\",\"content\":\"%s\"}}"
                            .formatted(
                                    origin(),
                                    block(),
                                    prefixOfMessage,
                                    Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8))),
                    0));
            return this;
        }

        public void commit() {
            lsn += 8;
            lastCommit = lsn;
            StringBuilder collections = new StringBuilder();
            counts.forEach((table, count) -> collections
                    .append(collections.isEmpty() ? "" : ",")
                    .append("{\"data_collection\":\"%s\",\"event_count\":%d}".formatted(table, count)));
            append(new Sent(
                    prefix + ".transaction",
                    0,
                    "{\"status\":\"END\",\"id\":\"%d:%d\",\"event_count\":%d,\"data_collections\":[%s],\"ts_ms\":%d}"
                            .formatted(id, lsn, order, collections, micros / 1000),
                    0));
            micros += 1_000_000;
            transactions.add(sending);
            sending = new ArrayList<>();
            Map<String, TreeMap<Long, Row>> state = new LinkedHashMap<>();
            accepted.forEach((table, rows) -> state.put(table, new TreeMap<>(rows)));
            history.put(lsn, state);
            markersHere.forEach(day -> markers.put(day, lsn));
            keys.forEach((table, ids) -> ids.forEach(key -> touched.computeIfAbsent(table, name -> new TreeMap<>())
                    .computeIfAbsent(key, name -> new TreeSet<>())
                    .add(lsn)));
        }

        private void send(String table, String op, @Nullable Row before, @Nullable Row after) {
            order++;
            counts.merge(table, 1, Integer::sum);
            lsn += 8;
            boolean isRefused = after != null && after.breaksTheRule();
            (isRefused ? refused : changes)
                    .computeIfAbsent(table, name -> new TreeSet<>())
                    .add(lsn);
            String value = "{\"before\":%s,\"after\":%s,\"source\":%s,\"transaction\":%s,\"op\":\"%s\",\"ts_ms\":%d}"
                    .formatted(json(before), json(after), origin(), block(), op, micros / 1000);
            long key = after == null ? before == null ? 0 : before.id() : after.id();
            if (!isRefused) {
                keys.computeIfAbsent(table, name -> new TreeSet<>()).add(key);
            }
            append(new Sent(prefix + "." + table, key, value, isRefused ? 0 : lsn));
        }

        private String origin() {
            return "{\"txId\":%d,\"lsn\":%d,\"sequence\":\"[%s,\\\"%d\\\"]\",\"ts_us\":%d}"
                    .formatted(id, lsn, lastCommit == 0 ? "null" : "\\\"" + lastCommit + "\\\"", lsn, micros);
        }

        private String block() {
            return "{\"id\":\"%d:%d\",\"total_order\":%d,\"data_collection_order\":1}".formatted(id, lsn, order);
        }
    }

    public Transaction begin() {
        return new Transaction();
    }

    private TreeMap<Long, Row> rows(String table) {
        return tables.computeIfAbsent(table, name -> new TreeMap<>());
    }

    private TreeMap<Long, Row> acceptedRows(String table) {
        return accepted.computeIfAbsent(table, name -> new TreeMap<>());
    }

    /**
     * Sends the records of the last transactions again, as a connector does that starts over from the position it had
     * confirmed.
     *
     * @param interruptedAfter how many records of the first one were sent once more before, by a connector that was
     *     stopped again
     */
    public void redeliver(int count, int interruptedAfter) {
        int from = Math.max(0, transactions.size() - count);
        List<Sent> again = new ArrayList<>();
        if (from < transactions.size()) {
            List<Sent> first = transactions.get(from);
            again.addAll(first.subList(0, Math.min(interruptedAfter, first.size())));
        }
        transactions.subList(from, transactions.size()).forEach(again::addAll);
        again.forEach(this::send);
    }

    /**
     * @return a source table's rows after the last transaction that committed at or before {@code lsn}, without the
     *     changes that break the rule
     */
    public TreeMap<Long, Row> rowsAt(String table, long lsn) {
        var entry = history.floorEntry(lsn);
        return entry == null ? new TreeMap<>() : entry.getValue().getOrDefault(table, new TreeMap<>());
    }

    /** @return the positions of a table's changes up to {@code lsn} */
    public SortedSet<Long> changesUpTo(String table, long lsn) {
        return changes.getOrDefault(table, new TreeSet<>()).headSet(lsn + 1);
    }

    /** @return where each marker's transaction committed, by the marker's content */
    public Map<String, Long> markers() {
        return markers;
    }

    /** @return the position of the last commit */
    public long lastCommit() {
        return lastCommit;
    }

    /** @return the positions of the changes among a partition's first {@code offset} records */
    public SortedSet<Long> changesBefore(String topic, int partition, int offset) {
        TreeSet<Long> before = new TreeSet<>(
                lsns.getOrDefault(topic + "/" + partition, List.of()).subList(0, offset));
        before.remove(0L);
        return before;
    }

    /** @return whether a row was written in a transaction that committed after {@code lsn}, at {@code upTo} at last */
    public boolean isTouched(String table, long key, long lsn, long upTo) {
        return !touched.getOrDefault(table, new TreeMap<>())
                .getOrDefault(key, new TreeSet<>())
                .subSet(lsn + 1, upTo + 1)
                .isEmpty();
    }

    /** @return the positions of a table's changes that nobody can read, or that break the rule */
    public SortedSet<Long> setAside(String table) {
        TreeSet<Long> all = new TreeSet<>(junk.getOrDefault(table, new TreeSet<>()));
        all.addAll(refused.getOrDefault(table, new TreeSet<>()));
        return all;
    }

    private void send(Sent sent) {
        int partition = tables.keySet().stream().anyMatch(table -> sent.topic().equals(prefix + "." + table))
                ? Math.toIntExact(sent.key() % partitions)
                : 0;
        lsns.computeIfAbsent(sent.topic() + "/" + partition, token -> new ArrayList<>())
                .add(sent.lsn());
        source.append(
                sent.topic(),
                partition,
                "{\"id\":%d}".formatted(sent.key()).getBytes(StandardCharsets.UTF_8),
                sent.value() == null ? null : sent.value().getBytes(StandardCharsets.UTF_8));
    }

    private void append(Sent sent) {
        sending.add(sent);
        send(sent);
    }

    private static String json(@Nullable Row row) {
        if (row == null) {
            return "null";
        }
        byte[] unscaled = java.math.BigInteger.valueOf(row.cents()).toByteArray();
        return "{\"id\":%d,\"name\":%s,\"amount\":\"%s\"}"
                .formatted(
                        row.id(),
                        row.name() == null ? "null" : "\"" + row.name() + "\"",
                        Base64.getEncoder().encodeToString(unscaled));
    }
}
