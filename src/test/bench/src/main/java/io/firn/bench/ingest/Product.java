package io.firn.bench.ingest;

import java.time.Instant;
import java.time.LocalDate;

/**
 * The reference row. A version of it is a pure function of its key and of the number of the change that made it, so
 * nothing but two integers needs to be kept per row.
 */
final class Product {

    /** Stands for the change that made a row of the snapshot. */
    static final int SNAPSHOT = 0;

    static final String COLUMNS =
            "product_id bigint, sku text, title text, brand text, category text, price numeric(12,2), currency text,"
                    + " inventory_status text, featured boolean, warehouse int, weight_g int, updated_at timestamptz";

    /** When the first change happens; changes follow every 100 microseconds, 17 minutes for 10 million. */
    static final long STARTED_MICROS = Instant.parse("2026-11-20T08:00:00Z").getEpochSecond() * 1_000_000;

    private static final int MICROS_PER_CHANGE = 100;
    private static final long YEAR_MICROS = 365L * 86_400 * 1_000_000;
    private static final long DAY_MICROS = 86_400L * 1_000_000;

    private static final byte[] TRUE = Bytes.utf8("true");
    private static final byte[] FALSE = Bytes.utf8("false");

    private static final byte[] ID = Bytes.utf8("{\"product_id\":");
    private static final byte[] SKU = Bytes.utf8(",\"sku\":\"");
    private static final byte[] TITLE = Bytes.utf8("\",\"title\":\"");
    private static final byte[] BRAND = Bytes.utf8("\",\"brand\":\"");
    private static final byte[] CATEGORY = Bytes.utf8("\",\"category\":\"");
    private static final byte[] PRICE = Bytes.utf8("\",\"price\":\"");
    private static final byte[] CURRENCY = Bytes.utf8("\",\"currency\":\"");
    private static final byte[] STATUS = Bytes.utf8("\",\"inventory_status\":\"");
    private static final byte[] FEATURED = Bytes.utf8("\",\"featured\":");
    private static final byte[] WAREHOUSE = Bytes.utf8(",\"warehouse\":");
    private static final byte[] WEIGHT = Bytes.utf8(",\"weight_g\":");
    private static final byte[] UPDATED = Bytes.utf8(",\"updated_at\":\"");
    private static final byte[] END = Bytes.utf8("\"}");

    private Product() {}

    /** When a change happened, in microseconds since the epoch. */
    static long changedMicros(long number) {
        return STARTED_MICROS + number * MICROS_PER_CHANGE;
    }

    /** The row as Debezium writes it. */
    static void json(Bytes out, int id, int change, Decimals decimals) {
        long hash = mix(id);
        long changing = mix(hash + change);
        out.put(ID).put(id).put(SKU);
        sku(out, id, hash);
        out.put(TITLE);
        title(out, hash);
        out.put(BRAND).put(Words.BRANDS.pick(hash, 0));
        out.put(CATEGORY).put(Words.CATEGORIES.pick(hash, 4));
        out.put(PRICE);
        decimals.put(out, cents(changing));
        out.put(CURRENCY).put(Words.CURRENCIES.pick(hash, 8));
        out.put(STATUS).put(Words.STATUSES.pick(changing, 0));
        out.put(FEATURED).put(featured(hash));
        out.put(WAREHOUSE).put(warehouse(hash));
        out.put(WEIGHT).put(grams(hash));
        out.put(UPDATED);
        timestamp(out, updatedMicros(hash, change));
        out.put(END);
    }

    /** The row as {@link TableState#digestSql} writes it. */
    static void text(Bytes out, int id, int change) {
        long hash = mix(id);
        long changing = mix(hash + change);
        out.put(id).put('|');
        sku(out, id, hash);
        out.put('|');
        title(out, hash);
        out.put('|').put(Words.BRANDS.pick(hash, 0));
        out.put('|').put(Words.CATEGORIES.pick(hash, 4)).put('|');
        Decimals.STRING.put(out, cents(changing));
        out.put('|').put(Words.CURRENCIES.pick(hash, 8));
        out.put('|').put(Words.STATUSES.pick(changing, 0));
        out.put('|').put(featured(hash));
        out.put('|').put(warehouse(hash));
        out.put('|').put(grams(hash));
        out.put('|').put(updatedMicros(hash, change));
    }

    private static void sku(Bytes out, int id, long hash) {
        out.put((char) ('A' + slice(hash, 12, 16)))
                .put((char) ('K' + slice(hash, 16, 16)))
                .put('-')
                .putPadded(id, 9)
                .put('-')
                .putPadded(slice(hash, 20, 100), 2);
    }

    private static void title(Bytes out, long hash) {
        out.put(Words.ADJECTIVES.pick(hash, 24))
                .put(' ')
                .put(Words.MATERIALS.pick(hash, 28))
                .put(' ');
        out.put(Words.NOUNS.pick(hash, 32)).put(' ').putPadded(slice(hash, 36, 1000), 4);
    }

    private static long cents(long changing) {
        return 99 + slice(changing, 8, 1_000_000);
    }

    private static byte[] featured(long hash) {
        return slice(hash, 40, 16) == 0 ? TRUE : FALSE;
    }

    private static long warehouse(long hash) {
        return 1 + slice(hash, 44, 40);
    }

    private static long grams(long hash) {
        return 10 + slice(hash, 48, 25_000);
    }

    private static long updatedMicros(long hash, int change) {
        return change == SNAPSHOT
                ? STARTED_MICROS - Long.remainderUnsigned(mix(hash), YEAR_MICROS) - 1
                : changedMicros(change);
    }

    /** ISO 8601 in UTC with six digits, as Debezium's ZonedTimestamp has it for a {@code timestamptz}. */
    private static void timestamp(Bytes out, long micros) {
        LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(micros, DAY_MICROS));
        long ofDay = Math.floorMod(micros, DAY_MICROS);
        long seconds = ofDay / 1_000_000;
        out.putPadded(day.getYear(), 4)
                .put('-')
                .putPadded(day.getMonthValue(), 2)
                .put('-');
        out.putPadded(day.getDayOfMonth(), 2)
                .put('T')
                .putPadded(seconds / 3600, 2)
                .put(':');
        out.putPadded(seconds / 60 % 60, 2).put(':').putPadded(seconds % 60, 2).put('.');
        out.putPadded(ofDay % 1_000_000, 6).put('Z');
    }

    private static long slice(long hash, int shift, int bound) {
        return (hash >>> shift & Long.MAX_VALUE) % bound;
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014). */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
