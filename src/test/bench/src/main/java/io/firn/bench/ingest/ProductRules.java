package io.firn.bench.ingest;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rules that every row of the workload meets: bounds, lists, lengths, patterns, and two columns against each other. */
final class ProductRules {
    private static final List<String> EXPRESSIONS = List.of(
            "product_id > 0",
            "price >= 0",
            "price < 1000000",
            "length(currency) = 3",
            "currency IN ('EUR', 'USD', 'GBP', 'CHF', 'SEK', 'PLN', 'JPY')",
            "regexp_full_match(currency, '[A-Z]{3}')",
            "sku IS NOT NULL AND length(sku) BETWEEN 1 AND 64",
            "NOT contains(sku, ' ')",
            "length(title) <= 400",
            "title <> ''",
            "brand <> ''",
            "length(brand) <= 200",
            "category <> ''",
            "length(category) <= 200",
            "inventory_status <> ''",
            "regexp_matches(inventory_status, '^[A-Za-z_ -]+$')",
            "warehouse >= 0",
            "weight_g >= 0 OR weight_g IS NULL",
            "updated_at < TIMESTAMPTZ '2100-01-01'",
            "NOT (featured AND price < 0)");

    private ProductRules() {}

    /** @return the first so many of them, as a table's configuration has them */
    static String some(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "r%d: { that: \"%s\" }".formatted(i, EXPRESSIONS.get(i)))
                .collect(Collectors.joining(", "));
    }
}
