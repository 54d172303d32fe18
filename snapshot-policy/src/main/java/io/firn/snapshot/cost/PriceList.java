package io.firn.snapshot.cost;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * What things cost, in dollars.
 *
 * @param limit what a month may cost
 * @param storage a gigabyte (10⁹ bytes) stored for a month
 * @param puts a thousand objects written
 * @param gets a thousand objects read
 * @param catalogCalls a million calls of the catalog
 * @param compactionHour an hour of a compaction's run; 0 where it runs in a service that is paid for anyway
 * @param refreshes a thousand refreshes of a table in Snowflake
 * @param monthly what is paid for by the month
 */
public record PriceList(
        double limit,
        double storage,
        double puts,
        double gets,
        double catalogCalls,
        double compactionHour,
        double refreshes,
        List<Monthly> monthly) {

    /**
     * Something that is paid for by the month.
     *
     * @param amount how many of it
     * @param price one for a month
     */
    public record Monthly(String name, double amount, double price) {
        /** What it costs a month. */
        public double dollars() {
            return amount * price;
        }
    }

    public PriceList {
        monthly = List.copyOf(monthly);
    }

    /** The list that comes with Firn: an example, to be copied and put right. */
    public static PriceList example() {
        try (InputStream in = Objects.requireNonNull(PriceList.class.getResourceAsStream("prices.yaml"))) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "prices.yaml");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws FirnException when the file cannot be read or is no price list */
    public static PriceList read(Path file) {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID, "price list %s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    static PriceList parse(String yaml, String file) {
        try {
            Object root = new Load(LoadSettings.builder().build()).loadFromString(yaml);
            if (!(root instanceof Map<?, ?> map)) {
                throw new FirnException(ErrorCode.USAGE_INVALID, "price list %s must have keys".formatted(file));
            }
            return of(map, file);
        } catch (YamlEngineException e) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID, "price list %s is no YAML: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static PriceList of(Map<?, ?> map, String file) {
        List<Monthly> monthly = new ArrayList<>();
        if (map.get("monthly") instanceof List<?> items) {
            for (Object item : items) {
                Map<?, ?> entry = item instanceof Map<?, ?> keys ? keys : Map.of();
                monthly.add(new Monthly(
                        String.valueOf(entry.get("name")),
                        number(entry, "amount", file),
                        number(entry, "price", file)));
            }
        }
        return new PriceList(
                number(map, "limit", file),
                number(map, "storage-gigabyte-month", file),
                number(map, "puts-thousand", file),
                number(map, "gets-thousand", file),
                number(map, "catalog-calls-million", file),
                map.containsKey("compaction-hour") ? number(map, "compaction-hour", file) : 0,
                map.containsKey("refreshes-thousand") ? number(map, "refreshes-thousand", file) : 0,
                monthly);
    }

    private static double number(Map<?, ?> map, String key, String file) {
        @Nullable Object value = map.get(key);
        if (value instanceof Number number && number.doubleValue() >= 0) {
            return number.doubleValue();
        }
        throw new FirnException(
                ErrorCode.USAGE_INVALID,
                "price list %s: %s must be a number, not negative, but was %s".formatted(file, key, value));
    }

    /** What bytes cost a month. */
    public double storing(long bytes) {
        return bytes / 1e9 * storage;
    }
}
