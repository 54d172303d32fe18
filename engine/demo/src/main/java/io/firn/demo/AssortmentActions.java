package io.firn.demo;

import java.sql.SQLException;

/** What happens to the products themselves and what hangs on them. */
final class AssortmentActions {
    private static final String[] SENTENCES = {
        "Now with a longer cable and a \"silent\" mode. ",
        "Réédition limitée, numérotée à la main. ",
        "Wetterfest, stapelbar, in fünf Farben. ",
        "新しいデザイン、同じ品質。 "
    };

    private AssortmentActions() {}

    /** New products arrive, with prices, stock and flags: a transaction over four tables. */
    static WorkloadCounts introduce(ShopDesk desk) throws SQLException {
        Long[] ids = desk.newProducts(desk.between(2, 8));
        int rows = desk.execute(
                """
                INSERT INTO product (product_id, sku, brand_id, category_id, title, subtitle, description, attributes,
                                     tags, external_id, weight_g, rating, released_on, created_at, updated_at)
                SELECT n, 'SKU-' || lpad(n::text, 9, '0'), 1 + n % 200, ?, ? || ' ' || n, NULL, NULL,
                       jsonb_build_object('color', ?::text, 'pieces', n % 5, 'launch', true), ARRAY['new', 'batch ' || n % 7],
                       md5(n::text)::uuid, 100 + n % 900, NULL, ?::timestamptz::date, ?, ?
                FROM unnest(?) AS n""",
                PriceActions.category(desk),
                desk.oneOf("Smart Cork Lamp", "Étagère “Loft”", "Foldable 24\" Bike", "Recycled Wool Blanket"),
                desk.oneOf("black", "white", "moss"),
                desk.time(),
                desk.time(),
                desk.time(),
                ids);
        rows += desk.execute("""
                INSERT INTO price
                SELECT n, market, 5 + n % 900 + 0.99, NULL, CASE market WHEN 'uk' THEN 'GBP' ELSE 'EUR' END, 0.2, NULL, NULL, ?
                FROM unnest(?) AS n, unnest(ARRAY['de', 'fr', 'uk']) AS market""", desk.time(), ids);
        rows += desk.execute(
                "INSERT INTO inventory SELECT n, 1, 100 + n % 50, 0, 'in', NULL, ? FROM unnest(?) AS n",
                desk.time(), ids);
        rows += desk.execute(
                "INSERT INTO merchandising_flag SELECT n, 'new', 1, NULL, ?, NULL FROM unnest(?) AS n",
                desk.time(),
                ids);
        return WorkloadCounts.inserted(rows);
    }

    /** Products leave the assortment: children first, then the product. */
    static WorkloadCounts discontinue(ShopDesk desk) throws SQLException {
        Long[] ids = desk.products(desk.between(1, 4));
        int rows = 0;
        for (ShopTable table :
                new ShopTable[] {ShopTable.MERCHANDISING_FLAG, ShopTable.INVENTORY, ShopTable.PRICE, ShopTable.PRODUCT
                }) {
            rows += desk.execute("DELETE FROM " + table.table() + " WHERE product_id = ANY (?)", new Object[] {ids});
        }
        return WorkloadCounts.deleted(rows);
    }

    /** Titles are reworded; long descriptions stay as they are. */
    static WorkloadCounts retitle(ShopDesk desk) throws SQLException {
        return WorkloadCounts.updated(desk.execute(
                """
                UPDATE product SET title = regexp_replace(title, ' · .*$', '') || ' · ' || ?, updated_at = ?
                WHERE product_id = ANY (?)""",
                desk.oneOf("new", "bestseller", "“as seen on TV”", "50% off", "édition 2026") + " "
                        + desk.between(1, 99),
                desk.time(),
                desk.products(desk.between(5, 20))));
    }

    /** Descriptions are rewritten, long, short or not at all. */
    static WorkloadCounts describe(ShopDesk desk) throws SQLException {
        return WorkloadCounts.updated(desk.execute(
                """
                UPDATE product SET description = nullif(repeat(?, ?), ''), updated_at = ?,
                                   attributes = attributes || jsonb_build_object('revision', ?::integer, 'notes', repeat('n', ?))
                WHERE product_id = ANY (?)""",
                desk.oneOf(SENTENCES),
                desk.oneOf(0, 1, 30, 120),
                desk.time(),
                desk.between(1, 1000),
                desk.oneOf(0, 0, 40, 2500),
                desk.products(3)));
    }

    /** Products move to another category, and with it to another partition where tables are partitioned by category. */
    static WorkloadCounts recategorise(ShopDesk desk) throws SQLException {
        return WorkloadCounts.updated(desk.execute(
                "UPDATE product SET category_id = ?, updated_at = ? WHERE product_id = ANY (?)",
                PriceActions.category(desk),
                desk.time(),
                desk.products(5)));
    }

    /** A product gets a new number; the foreign keys take prices, stock and flags along. */
    static WorkloadCounts renumber(ShopDesk desk) throws SQLException {
        return WorkloadCounts.updated(desk.execute(
                "UPDATE product SET product_id = ?, updated_at = ? WHERE product_id = ?",
                desk.newProduct(),
                desk.time(),
                desk.product()));
    }

    /** Flags are set, renewed and taken away. */
    static WorkloadCounts flag(ShopDesk desk) throws SQLException {
        int removed = desk.execute(
                "DELETE FROM merchandising_flag WHERE product_id = ANY (?) AND flag = ?",
                desk.products(5),
                desk.oneOf("featured", "bestseller", "clearance", "new"));
        int set = desk.execute(
                """
                INSERT INTO merchandising_flag
                SELECT product_id, ?, ?, jsonb_build_object('slot', product_id % 12), ?, NULL
                FROM product WHERE product_id = ANY (?)
                ON CONFLICT (product_id, flag) DO UPDATE SET priority = excluded.priority, starts_at = excluded.starts_at""",
                desk.oneOf("featured", "bestseller", "clearance"), desk.between(0, 9), desk.time(), desk.products(6));
        return WorkloadCounts.deleted(removed).plus(WorkloadCounts.inserted(set));
    }

    /** A brand, on which the products of all sessions depend, changes its address. */
    static WorkloadCounts rebrand(ShopDesk desk) throws SQLException {
        return WorkloadCounts.updated(desk.execute(
                "UPDATE brand SET website = ?, updated_at = ? WHERE brand_id = ?",
                "https://shop" + desk.between(1, 9999) + ".example",
                desk.time(),
                desk.between(1, 200)));
    }

    /** All flags are thrown away. */
    static WorkloadCounts clearFlags(ShopDesk desk) throws SQLException {
        desk.execute("TRUNCATE merchandising_flag");
        return WorkloadCounts.TRUNCATE;
    }
}
