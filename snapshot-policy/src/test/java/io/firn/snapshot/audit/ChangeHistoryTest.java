package io.firn.snapshot.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.TransactionRemarks;
import io.firn.snapshot.TestShop;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Scan;
import io.firn.workbench.TableView;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeHistoryTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 11, 19);
    private static final LocalDate SECOND = LocalDate.of(2026, 11, 20);
    private static final Instant NOON = Instant.parse("2026-11-19T11:00:00Z");

    @TempDir
    private static Path folder;

    private static TestShop shop;

    @BeforeAll
    static void twoDays() {
        shop = new TestShop(folder, "product");
        shop.put("product", 1, "Lamp", "100.00")
                .put("product", 2, "Sofa", "500.00")
                .commit(NOON);
        shop.put("product", 1, "Lamp", "105.00").commit(NOON.plusSeconds(60), "day-" + FIRST);
        shop.put("product", 1, "Lamp", "80.00")
                .put("product", 2, "Couch", "500.00")
                .commit(NOON.plusSeconds(120));
        shop.put("product", 1, "Lamp", "80.50")
                .delete("product", 2)
                .commit(NOON.plus(Duration.ofDays(1)), "day-" + SECOND);
        shop.truncate("product").commit(NOON.plus(Duration.ofDays(2)));
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    private static List<String> ask(ChangeQuestion question, String columns) {
        Clock clock = Clock.fixed(NOON.plus(Duration.ofDays(3)), TestShop.BERLIN);
        ChangeHistory.Query query = new ChangeHistory(shop.lake, TestShop.snapshots(), clock).query(question);
        Scan remarks = query.remarks() == null ? query.scan() : query.remarks();
        try (TableView view = shop.workbench.view(shop.connection(), ChangeHistory.LOG, query.scan());
                TableView said = shop.workbench.view(shop.connection(), ChangeHistory.REMARKS, remarks)) {
            assertThat(List.of(view.name(), said.name())).containsExactly(ChangeHistory.LOG, ChangeHistory.REMARKS);
            return shop.query("SELECT %s FROM (%s)".formatted(columns, query.sql()));
        }
    }

    private static ChangeQuestion question(
            List<String> key,
            @Nullable String column,
            @Nullable LocalDate from,
            @Nullable LocalDate to,
            @Nullable String beyond) {
        return new ChangeQuestion(
                "product",
                key,
                column,
                from,
                to,
                beyond == null ? null : new BigDecimal(beyond),
                List.of(),
                ChangeQuestion.Which.ALL);
    }

    @Test
    void everyChangeOfAPriceIsThereWithItsEvidence() {
        long first = shop.tagged("product", "day-" + FIRST);
        long second = shop.tagged("product", "day-" + SECOND);
        assertThat(ask(
                        question(List.of("id=1"), "price", null, SECOND, null),
                        "operation, before, after, cut, lsn, transaction, first_tag"))
                .containsExactly(
                        "insert|null|100.00|1|1000|701|day-2026-11-19",
                        "update|100.00|105.00|2|1100|702|day-2026-11-19",
                        "update|105.00|80.00|3|1200|703|day-2026-11-20",
                        "update|80.00|80.50|4|1300|704|day-2026-11-20");
        assertThat(ask(question(List.of("1"), "price", null, SECOND, null), "snapshot")
                        .subList(1, 2))
                .containsExactly(Long.toString(first));
        assertThat(ask(question(List.of("1"), "price", null, SECOND, null), "snapshot")
                        .get(3))
                .isEqualTo(Long.toString(second));
    }

    @Test
    void aRowsLifeIsEverythingThatHappenedToIt() {
        assertThat(ask(question(List.of("2"), null, null, null, null), "changed_at, operation, changes"))
                .containsExactly(
                        "2026-11-19T11:00Z|insert|name: NULL -> Sofa; price: NULL -> 500.00",
                        "2026-11-19T11:02Z|update|name: Sofa -> Couch",
                        "2026-11-20T11:00Z|delete|name: Couch -> NULL; price: 500.00 -> NULL",
                        "2026-11-21T11:00Z|truncate|");
    }

    @Test
    void changesOfADayBeyondAPercentageAreFound() {
        assertThat(ask(question(List.of(), "price", SECOND, SECOND, "10"), "id, before, after, percent"))
                .containsExactly("1|105.00|80.00|-23.81");
        assertThat(ask(question(List.of(), "price", FIRST, FIRST, "5"), "id")).isEmpty();
        assertThat(ask(question(List.of(), "price", FIRST, FIRST, "4.9"), "id, percent"))
                .containsExactly("1|5.0");
    }

    @Test
    void lateChangesAreThoseFromBeforeTheDayBegan() {
        ChangeQuestion late = new ChangeQuestion(
                "product", List.of(), "price", SECOND, SECOND, null, List.of("name"), ChangeQuestion.Which.LATE);
        assertThat(ask(late, "id, name, cut")).containsExactly("1|Lamp|3");
    }

    @Test
    void whatCannotBeAskedIsSaid() {
        assertThatThrownBy(() -> ask(question(List.of("sku=1"), null, null, null, null), "*"))
                .hasMessageContaining("Could not convert string 'sku=1' to INT64");
        assertThatThrownBy(() -> ask(question(List.of("id=1", "id=2"), null, null, null, null), "*"))
                .hasMessage(
                        "--key must give each column of the key of product once, as in --key id=VALUE, but named id, id");
        assertThatThrownBy(() -> ask(question(List.of(), "prize", null, null, null), "*"))
                .hasMessage("table product has no column prize; did you mean price?");
        assertThatThrownBy(() -> ask(question(List.of(), null, null, LocalDate.of(2026, 11, 23), null), "*"))
                .hasMessage(
                        "table lake.shop.product cannot show 2026-11-23: it is in the future (today is 2026-11-22 in"
                                + " Europe/Berlin)");
        assertThatThrownBy(() -> question(List.of(), null, SECOND, FIRST, null))
                .hasMessage("--from must not be after --to but was 2026-11-20, 2026-11-19");
        assertThatThrownBy(() -> question(List.of(), null, null, null, "3")).hasMessage("--beyond needs --column");
    }

    @Test
    void whatTransactionsSaidOfThemselvesStandsBesideTheirChanges() throws SQLException {
        Table said = shop.lake
                .catalog()
                .createTable(shop.lake.identifier(TransactionRemarks.TABLE), TransactionRemarks.SCHEMA);
        try (Statement statement = shop.connection().createStatement()) {
            statement.execute("CREATE TABLE said AS SELECT * FROM (VALUES"
                    + " (703::BIGINT, TIMESTAMPTZ '2026-11-19 11:02:00+00', 1::BIGINT, 'user', 'anna', 3::BIGINT),"
                    + " (703, TIMESTAMPTZ '2026-11-19 11:02:00+00', 1, 'user', 'anna', 3),"
                    + " (703, TIMESTAMPTZ '2026-11-19 11:02:00+00', 2, 'user', 'bob', 3),"
                    + " (703, TIMESTAMPTZ '2026-11-19 11:02:00+00', 3, 'ticket', 'T-1', 3),"
                    + " (703, TIMESTAMPTZ '2036-11-19 11:02:00+00', 9, 'reason', 'a later one of that number', 3),"
                    + " (704, TIMESTAMPTZ '2026-11-20 11:00:00+00', 4, 'reason', 'sale', 4))"
                    + " t(tx_id, committed_at, lsn, name, value, cut)");
            AppendFiles append = said.newAppend();
            new ParquetOut(said, "said", FileSettings.of(said), folder)
                    .write(shop.connection(), "SELECT * FROM said")
                    .ifPresent(append::appendFile);
            append.commit();
            assertThat(ask(
                            question(List.of("1"), "price", null, SECOND, null),
                            "before, after, transaction, first_tag, \"user\", reason, remarks"))
                    .containsExactly(
                            "null|100.00|701|day-2026-11-19|null|null|null",
                            "100.00|105.00|702|day-2026-11-19|null|null|null",
                            "105.00|80.00|703|day-2026-11-20|bob|null|ticket: T-1",
                            "80.00|80.50|704|day-2026-11-20|null|sale|null");
        } finally {
            shop.lake.catalog().dropTable(shop.lake.identifier(TransactionRemarks.TABLE));
        }
    }
}
