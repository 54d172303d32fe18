package io.firn.demo;

import java.sql.SQLException;
import java.util.stream.IntStream;

/** What happens in the warehouses. */
final class StockActions {
    private StockActions() {}

    /** A batch of orders takes goods off the shelves. */
    static WorkloadCounts sell(ShopDesk desk) throws SQLException {
        Long[] products = desk.products(desk.between(10, 40));
        Integer[] pieces = IntStream.range(0, products.length)
                .mapToObj(i -> desk.between(1, 5))
                .toArray(Integer[]::new);
        return WorkloadCounts.updated(desk.execute("""
                UPDATE inventory
                SET quantity = greatest(0, quantity - sold.pieces),
                    status = CASE WHEN quantity <= sold.pieces THEN 'out' WHEN quantity < 20 THEN 'low' ELSE 'in' END,
                    counted_at = ?
                FROM unnest(?, ?) AS sold (product_id, pieces)
                WHERE inventory.product_id = sold.product_id AND warehouse = 1""", desk.time(), products, pieces));
    }

    /** A delivery fills what is empty or nearly so. */
    static WorkloadCounts restock(ShopDesk desk) throws SQLException {
        return WorkloadCounts.updated(
                desk.execute("""
                UPDATE inventory SET quantity = quantity + ?, reserved = 0, status = 'in', counted_at = ?
                WHERE product_id = ANY (?)""", desk.between(50, 300), desk.time(), desk.products(desk.between(5, 20))));
    }

    /** Stock moves to another warehouse, which is a change of primary key. */
    static WorkloadCounts moveWarehouse(ShopDesk desk) throws SQLException {
        int to = desk.between(2, 9);
        return WorkloadCounts.updated(
                desk.execute("""
                UPDATE inventory AS stock SET warehouse = ?, bin = ?, counted_at = ?
                WHERE product_id = ANY (?) AND warehouse <> ?
                  AND warehouse = (SELECT max(warehouse) FROM inventory AS o WHERE o.product_id = stock.product_id)
                  AND NOT EXISTS (SELECT FROM inventory AS o WHERE o.product_id = stock.product_id AND o.warehouse = ?)""", to, "M-" + desk.between(0, 999), desk.time(), desk.products(3), to, to));
    }
}
