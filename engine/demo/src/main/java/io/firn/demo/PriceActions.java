package io.firn.demo;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What happens to prices. Every change of an amount names a reason, in the same transaction. */
final class PriceActions {
    private PriceActions() {}

    /** Most prices of one category, or of all below it, rise or fall together, in one market or in all. */
    static WorkloadCounts wave(ShopDesk desk, int mostRows) throws SQLException {
        int category = desk.random().nextBoolean() ? category(desk) : desk.between(1, 12);
        long reason = reason(desk, desk.oneOf("competitor", "season", "campaign", "cost"), category);
        int rows = desk.execute(
                """
                UPDATE price SET amount = greatest(0.01, round(amount * ?, 2)), reason_id = ?, valid_from = ?
                FROM (SELECT product_id, market FROM price JOIN product USING (product_id)
                      WHERE category_id BETWEEN ? AND ? AND market LIKE ?
                      ORDER BY product_id, market LIMIT ? FOR UPDATE OF price) AS wave
                WHERE price.product_id = wave.product_id AND price.market = wave.market""",
                BigDecimal.valueOf(desk.between(8500, 11800), 4),
                reason,
                desk.time(),
                category < 100 ? 100 * category : category,
                category < 100 ? 100 * category + 99 : category,
                desk.oneOf("%", "%", "de", "fr"),
                mostRows);
        return WorkloadCounts.inserted(1).plus(WorkloadCounts.updated(rows));
    }

    /** The prices of one product are set by hand; sometimes twice before the transaction ends. */
    static WorkloadCounts reprice(ShopDesk desk) throws SQLException {
        long product = desk.product();
        long reason = reason(desk, "manual", null);
        int rows = 0;
        for (int i = desk.between(1, 5) / 5; i >= 0; i--) {
            rows += desk.execute(
                    """
                    UPDATE price SET amount = amount + ?, list_amount = CASE WHEN ? THEN amount END,
                                     tiers = ARRAY[amount, NULL, round(amount * 0.9, 2)], reason_id = ?, valid_from = ?
                    WHERE product_id = ?""",
                    BigDecimal.valueOf(desk.between(0, 999), 2),
                    desk.random().nextBoolean(),
                    reason,
                    desk.time(),
                    product);
        }
        return WorkloadCounts.inserted(1).plus(WorkloadCounts.updated(rows));
    }

    /** A price is withdrawn and published again, under the same key in the same transaction. */
    static WorkloadCounts relist(ShopDesk desk) throws SQLException {
        long product = desk.product();
        int deleted = desk.execute("DELETE FROM price WHERE product_id = ? AND market = 'de'", product);
        int inserted = desk.execute("""
                INSERT INTO price
                SELECT product_id, 'de', ?, NULL, 'EUR', 0.19, NULL, NULL, ? FROM product WHERE product_id = ?""", BigDecimal.valueOf(desk.between(100, 99_999), 2), desk.time(), product);
        return WorkloadCounts.deleted(deleted).plus(WorkloadCounts.inserted(inserted));
    }

    /** The code of a market changes for one product, which is a change of primary key. */
    static WorkloadCounts renameMarket(ShopDesk desk) throws SQLException {
        return WorkloadCounts.updated(desk.execute("""
                UPDATE price SET market = CASE market WHEN 'uk' THEN 'gb' ELSE 'uk' END, valid_from = ?
                WHERE product_id = ANY (?) AND market IN ('uk', 'gb')""", desk.time(), desk.products(4)));
    }

    static int category(ShopDesk desk) {
        return 100 * desk.between(1, 12) + desk.between(1, 9);
    }

    private static long reason(ShopDesk desk, String code, @Nullable Integer category) throws SQLException {
        long id = desk.newReason();
        desk.execute(
                """
                INSERT INTO price_change_reason (reason_id, code, note, approved_by, category_id, ticket, changed_at)
                VALUES (?, ?, nullif(?, ''), ?, nullif(?, 0), ?, ?)""",
                id,
                code,
                desk.oneOf("", "Q4 plan", "matched “Best Price”", "see O'Brien's mail"),
                desk.oneOf("a.schmidt", "j.dupont", "m.ito"),
                category == null ? 0 : category,
                new UUID(desk.random().nextLong(), desk.random().nextLong()),
                desk.time());
        return id;
    }
}
