package io.firn.snapshot.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.FirnException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PriceListTest {
    private static final String LIST = """
            limit: 100
            storage-gigabyte-month: 0.02
            puts-thousand: 0.005
            gets-thousand: 0.0004
            catalog-calls-million: 1
            monthly: [{ name: "disk", amount: 3, price: 2.5 }]
            """;

    @Test
    void aListSaysWhatThingsCost() {
        PriceList list = PriceList.parse(LIST, "p.yaml");

        assertThat(list.storing(5_000_000_000L)).isEqualTo(0.1);
        assertThat(list.compactionHour()).isZero();
        assertThat(PriceList.parse(LIST + "compaction-hour: 2.75", "p.yaml").compactionHour())
                .isEqualTo(2.75);
        assertThat(list.monthly()).containsExactly(new PriceList.Monthly("disk", 3, 2.5));
        assertThat(list.monthly().get(0).dollars()).isEqualTo(7.5);
    }

    @Test
    void whatIsNoNumberIsNamed() {
        assertThatThrownBy(() -> PriceList.parse(LIST.replace("0.005", "cheap"), "p.yaml"))
                .isInstanceOf(FirnException.class)
                .hasMessage("price list p.yaml: puts-thousand must be a number, not negative, but was cheap");
        assertThatThrownBy(() -> PriceList.parse(LIST.replace("limit: 100", ""), "p.yaml"))
                .hasMessage("price list p.yaml: limit must be a number, not negative, but was null");
        assertThatThrownBy(() -> PriceList.read(Path.of("/nowhere/p.yaml")))
                .hasMessageStartingWith("price list /nowhere/p.yaml cannot be read");
    }

    @Test
    void theExampleStaysBelowItsLimitBeforeAnythingIsStored() {
        PriceList list = PriceList.example();

        assertThat(list.limit()).isEqualTo(30_000);
        assertThat(list.monthly().stream()
                        .mapToDouble(PriceList.Monthly::dollars)
                        .sum())
                .isBetween(6_000.0, 9_000.0);
    }
}
