package io.firn.demo;

import java.util.Random;

/** How often each thing happens, in parts of a thousand. */
enum ActionMix {
    SELL(480, StockActions::sell),
    RESTOCK(100, StockActions::restock),
    REPRICE(110, PriceActions::reprice),
    RETITLE(80, AssortmentActions::retitle),
    INTRODUCE(70, AssortmentActions::introduce),
    FLAG(60, AssortmentActions::flag),
    DESCRIBE(30, AssortmentActions::describe),
    DISCONTINUE(25, AssortmentActions::discontinue),
    RELIST(15, PriceActions::relist),
    RECATEGORISE(10, AssortmentActions::recategorise),
    RENAME_MARKET(7, PriceActions::renameMarket),
    MOVE_WAREHOUSE(6, StockActions::moveWarehouse),
    REBRAND(4, AssortmentActions::rebrand),
    RENUMBER(3, AssortmentActions::renumber);

    private final int perMille;
    private final ShopAction action;

    ActionMix(int perMille, ShopAction action) {
        this.perMille = perMille;
        this.action = action;
    }

    static ShopAction draw(Random random) {
        int left = random.nextInt(1000);
        for (ActionMix kind : values()) {
            left -= kind.perMille;
            if (left < 0) {
                return kind.action;
            }
        }
        return SELL.action;
    }
}
