package io.firn.catalog.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.firn.catalog.FirnException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpectKeysTest {
    private static final String HEAD = """
            lake: { namespace: atlas }
            source: { bootstrap-servers: "localhost:9092" }
            """;

    private static DqConfig read(String rest) {
        return ConfigLoader.parse(HEAD + rest, ConfigLoaderTest.FILE, Map.of("HOOK", "https://hooks/x"))
                .dq();
    }

    private static List<String> problems(String rest) {
        return catchThrowableOfType(FirnException.class, () -> read(rest)).problems();
    }

    @Test
    void someThingsAreExpectedOfEveryTable() {
        assertThat(read("tables: { price: { source: public.price, key: [id] } }")
                        .of("price"))
                .containsExactly(
                        new Expectation.Unique("key", List.of("id"), Severity.CRITICAL),
                        new Expectation.Freshness(
                                Duration.ofMinutes(15), Expectation.Freshness.Idle.STALE, Severity.WARN),
                        new Expectation.Columns(Map.of(), Severity.WARN));
    }

    @Test
    void everyKindCanBeWrittenShortOrLong() {
        DqConfig dq = read("""
                tables:
                  category: { source: public.category, key: [id] }
                  price:
                    source: public.price
                    key: [id]
                    rules: { paid: { that: amount > 0, severity: warn }, dear: { that: amount > 9 } }
                    expect:
                      unique: { key: { severity: warn }, sku: [shop, sku] }
                      references: { category: { columns: [category_id], table: category, grace: 1m } }
                      freshness: 5m
                      schema: { severity: off }
                      source: warn
                      nulls: { amount: 0, note: 5%, label: { at-most: 0.5, severity: critical } }
                      accepted: { currency: [EUR, USD] }
                      volume: { within: 30%, weeks: 8 }
                      late: { column: valid_from, grace-days: 7 }
                      drift: { amount: 0.1 }
                      sql: { negative: SELECT * FROM price WHERE amount < 0 }
                      reconcile:
                        total: { left: SELECT 1, right: SELECT 2, right-at: source, tolerance: 1%, severity: warn }
                """);

        assertThat(dq.of("price"))
                .containsExactly(
                        new Expectation.Unique("key", List.of("id"), Severity.WARN),
                        new Expectation.Unique("sku", List.of("shop", "sku"), Severity.CRITICAL),
                        new Expectation.References(
                                "category",
                                List.of("category_id"),
                                "category",
                                List.of("id"),
                                Duration.ofMinutes(1),
                                Severity.CRITICAL),
                        new Expectation.Freshness(
                                Duration.ofMinutes(5), Expectation.Freshness.Idle.STALE, Severity.WARN),
                        new Expectation.Source(Severity.WARN),
                        new Expectation.Nulls("amount", 0, Severity.WARN),
                        new Expectation.Nulls("note", 0.05, Severity.WARN),
                        new Expectation.Nulls("label", 0.5, Severity.CRITICAL),
                        new Expectation.Accepted("currency", List.of("EUR", "USD"), Severity.CRITICAL),
                        new Expectation.Volume(0.3, 8, Severity.WARN),
                        new Expectation.Drift("amount", 0.1, Severity.WARN),
                        new Expectation.Sql("negative", "SELECT * FROM price WHERE amount < 0", 0, Severity.CRITICAL),
                        new Expectation.Reconcile(
                                "total",
                                "SELECT 1",
                                "SELECT 2",
                                Expectation.Reconcile.Place.SOURCE,
                                new Tolerance(0.01, Tolerance.Unit.SHARE),
                                Severity.WARN),
                        new Expectation.Late("valid_from", 7, Severity.WARN),
                        new Expectation.Rule("paid", "amount > 0", Severity.WARN));
        assertThat(dq.of("price").get(6).name()).isEqualTo("nulls.note");
        assertThat(dq.of("price").get(3).name()).isEqualTo("freshness");
    }

    @Test
    void groupsAlertsAndLineageAreRead() {
        DqConfig dq = read("""
                tables:
                  price: { source: public.price, key: [id] }
                  stock: { source: public.stock, key: [id] }
                dq:
                  schedule: "*/5 * * * *"
                  groups: { shop: [price, stock] }
                  alert: ${HOOK}
                  lineage: { url: "http://marquez:5000", namespace: shop }
                """);

        assertThat(dq)
                .isEqualTo(new DqConfig(
                        "*/5 * * * *",
                        "30 3 * * *",
                        Map.of("shop", List.of("price", "stock")),
                        dq.expectations(),
                        new DqConfig.AlertConfig(new Secret("https://hooks/x"), Severity.WARN),
                        new DqConfig.LineageConfig("http://marquez:5000", null, "shop")));
        assertThat(dq.toString()).doesNotContain("hooks");
    }

    @Test
    void whatCannotBeIsReported() {
        assertThat(problems("""
                tables:
                  price:
                    source: public.price
                    key: [id]
                    expect:
                      references: { a: { columns: [x], table: prise }, b: { columns: [x, y], table: price } }
                      nulls: { amount: 2 }
                      reconcile: { r: { left: SELECT 1, right: SELECT 1, tolerance: some } }
                      drift: { amount: -1 }
                      uniqe: x
                dq:
                  groups: { one: [price, stock], two: [price] }
                  alert: { webhook: x, severity: off }
                  lineage: marquez
                """))
                .containsExactly(
                        "firn.yaml:8: tables.price.expect.references.a.table must be one of tables but was prise; did you"
                                + " mean price?",
                        "firn.yaml:8: tables.price.expect.references.b.columns must be as many as it refers to, 1, but"
                                + " was 2",
                        "firn.yaml:9: tables.price.expect.nulls.amount.at-most must be a share, as in 0.05 or 5%, but was"
                                + " 2",
                        "firn.yaml:10: tables.price.expect.reconcile.r.tolerance must be a number or a percentage, as in"
                                + " 0.01 or 1%, but was some",
                        "firn.yaml:11: tables.price.expect.drift.amount.at-most must be a number that is not negative, as"
                                + " in 0.2 but was -1",
                        "firn.yaml:12: tables.price.expect.uniqe is not a key; did you mean unique?",
                        "firn.yaml:14: dq.groups.one must have tables that are configured but has stock",
                        "firn.yaml:14: dq.groups.two must have tables of no other group but price is in one",
                        "firn.yaml:15: dq.alert.severity must be critical or warn but was off",
                        "firn.yaml:16: dq.lineage.url must begin with http:// or https:// but was marquez");
    }
}
