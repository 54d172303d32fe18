package io.firn.engine.simulation;

import io.firn.engine.ingest.FakePostgres;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;

/** Random transactions in the source. */
final class Workload {
    private static final int KEYS = 30;

    private final FakePostgres postgres;
    private final Random random;
    private final List<String> script;
    private int days;

    Workload(FakePostgres postgres, Random random, List<String> script) {
        this.postgres = postgres;
        this.random = random;
        this.script = script;
    }

    void transactions(int count) {
        for (int i = 0; i < count; i++) {
            transaction();
            if (random.nextInt(12) == 0) {
                int again = 1 + random.nextInt(5);
                int partly = random.nextInt(4);
                script.add("the last %d transactions are delivered again".formatted(again));
                postgres.redeliver(again, partly);
            }
        }
    }

    private void transaction() {
        FakePostgres.Transaction transaction = postgres.begin();
        int changes = random.nextInt(15) == 0 ? 60 : random.nextInt(8);
        for (int i = 0; i < changes; i++) {
            change(transaction, random.nextBoolean() ? "public.item" : "public.stock");
        }
        if (random.nextInt(10) == 0) {
            transaction.message(
                    "firn.day-close", LocalDate.of(2026, 1, 1).plusDays(days++).toString());
        }
        transaction.commit();
    }

    private void change(FakePostgres.Transaction transaction, String table) {
        long id = random.nextInt(KEYS);
        switch (random.nextInt(40)) {
            case 0 -> transaction.truncate(table);
            case 10 -> transaction.junk(table);
            case 11, 12 -> transaction.put(table, id, "refused", -1 - random.nextInt(100));
            case 1, 2, 3, 4, 5, 6 -> transaction.delete(table, id);
            case 7, 8, 9 -> transaction.move(table, id, random.nextInt(KEYS));
            default -> transaction.put(table, id, "n" + random.nextInt(1000), random.nextInt(100_000));
        }
    }

    /** Two transactions, each of which changes both tables. */
    void few() {
        postgres.begin()
                .put("public.item", 1, "first", 1)
                .put("public.stock", 7, "first", 2)
                .put("public.item", 8, "first", 3)
                .put("public.item", 1, "refused", -1)
                .commit();
        postgres.begin()
                .delete("public.item", 8)
                .put("public.stock", 7, "second", 4)
                .junk("public.item")
                .put("public.stock", 9, "refused", -2)
                .commit();
    }

    /** A day ends, and with it a cut. */
    void closeDay() {
        postgres.begin()
                .put("public.item", 2, "last", 5)
                .message(
                        "firn.day-close",
                        LocalDate.of(2026, 1, 1).plusDays(days++).toString())
                .commit();
    }

    /** One last change of each table, so that a cut comes after every day. */
    void end() {
        postgres.begin()
                .put("public.item", 1, "the end", 1)
                .put("public.stock", 1, "the end", 1)
                .commit();
    }
}
