package io.firn.bench.ingest;

import java.time.Instant;
import java.time.LocalDate;

/**
 * The reference row. A version of it is a pure function of its key and of the number of the change that made it, so nothing
 * but two integers needs to be kept per row.
 */
final class Product {

    /** Stands for the change that made a row of the snapshot. */
    static final int SNAPSHOT = 0;

    static final String COLUMNS = "product_id bigint, sku text, title text, brand text, category text, price numeric(12,2),"
            + " currency text, inventory_status text, featured boolean, warehouse int, weight_g int, updated_at timestamptz";

    /** When the first change happens; changes follow every 100 microseconds, 17 minutes for 10 million. */
    static final long STARTED_MICROS = Instant.parse("2026-11-20T08:00:00Z").getEpochSecond() * 1_000_000;

    private static final int MICROS_PER_CHANGE = 100;
    private static final long YEAR_MICROS = 365L * 86_400 * 1_000_000;
    private static final long DAY_MICROS = 86_400L * 1_000_000;

    private static final byte[][] ADJECTIVES = words("Compact", "Foldable", "Professional", "Lightweight", "Classic",
            "Nordic", "Weatherproof", "Handmade", "Adjustable", "Ergonomic", "Recycled", "Cordless", "Portable", "Premium",
            "Insulated", "Modular");
    private static final byte[][] MATERIALS = words("Oak", "Steel", "Merino", "Bamboo", "Carbon", "Linen", "Ceramic",
            "Copper", "Cotton", "Leather", "Glass", "Titanium", "Walnut", "Cork", "Granite", "Aluminium");
    private static final byte[][] NOUNS = words("Kitchen Scale", "Desk Lamp", "Hiking Backpack", "Coffee Grinder",
            "Garden Chair", "Water Bottle", "Cutting Board", "Running Jacket", "Bedside Table", "Küchenmesser",
            "Bicycle Helmet", "Tool Case", "Sleeping Bag", "Wall Clock", "Crème Brûlée Torch", "Travel Pillow");
    private static final byte[][] BRANDS = words("Nordlicht", "Alpina", "Harbour & Co", "Vesterbro", "Kestrel", "Lumen",
            "Bergwerk", "Osprey Hill", "Takumi", "Fjordline", "Casa Verde", "Ironbark", "Maple Works", "Solstice",
            "Pinewood", "Atelier 9");
    private static final byte[][] CATEGORIES = words("home/kitchen", "home/living", "home/bedroom", "outdoor/hiking",
            "outdoor/camping", "garden/furniture", "sports/running", "sports/cycling", "tools/hand", "tools/power",
            "office/desk", "office/light", "travel/luggage", "travel/comfort", "gifts/small", "gifts/seasonal");
    private static final byte[][] CURRENCIES = words("EUR", "EUR", "EUR", "EUR", "EUR", "USD", "GBP", "SEK");
    private static final byte[][] STATUSES = words("in_stock", "in_stock", "in_stock", "low_stock", "out_of_stock",
            "backorder", "preorder", "in_stock");

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
        out.put(BRAND).put(pick(BRANDS, hash, 0));
        out.put(CATEGORY).put(pick(CATEGORIES, hash, 4));
        out.put(PRICE);
        decimals.put(out, cents(changing));
        out.put(CURRENCY).put(pick(CURRENCIES, hash, 8));
        out.put(STATUS).put(pick(STATUSES, changing, 0));
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
        out.put('|').put(pick(BRANDS, hash, 0));
        out.put('|').put(pick(CATEGORIES, hash, 4)).put('|');
        Decimals.STRING.put(out, cents(changing));
        out.put('|').put(pick(CURRENCIES, hash, 8));
        out.put('|').put(pick(STATUSES, changing, 0));
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
        out.put(pick(ADJECTIVES, hash, 24)).put(' ').put(pick(MATERIALS, hash, 28)).put(' ');
        out.put(pick(NOUNS, hash, 32)).put(' ').putPadded(slice(hash, 36, 1000), 4);
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
        out.putPadded(day.getYear(), 4).put('-').putPadded(day.getMonthValue(), 2).put('-');
        out.putPadded(day.getDayOfMonth(), 2).put('T').putPadded(seconds / 3600, 2).put(':');
        out.putPadded(seconds / 60 % 60, 2).put(':').putPadded(seconds % 60, 2).put('.');
        out.putPadded(ofDay % 1_000_000, 6).put('Z');
    }

    private static byte[] pick(byte[][] words, long hash, int shift) {
        return words[(int) slice(hash, shift, words.length)];
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

    private static byte[][] words(String... words) {
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = Bytes.utf8(words[i]);
        }
        return bytes;
    }
}
