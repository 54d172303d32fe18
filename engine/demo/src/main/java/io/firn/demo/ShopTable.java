package io.firn.demo;

import java.util.List;
import java.util.Locale;

/** The tables of the shop, parents before children, all in schema {@code public}. */
public enum ShopTable {
    BRAND("brand_id"),
    CATEGORY("category_id"),
    PRODUCT("product_id"),
    PRICE_CHANGE_REASON("reason_id"),
    PRICE("product_id", "market"),
    INVENTORY("product_id", "warehouse"),
    MERCHANDISING_FLAG("product_id", "flag");

    private final List<String> key;

    ShopTable(String... key) {
        this.key = List.of(key);
    }

    public String table() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name with its schema, as connectors want it. */
    public String qualified() {
        return "public." + table();
    }

    /** The columns of the primary key, in order. */
    public List<String> key() {
        return key;
    }
}
