package io.firn.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.workbench.DuckDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryBudgetTest {
    private static final long GB = 1L << 30;

    @Test
    void limitsThatFitBesideTheHeapStay() {
        assertThat(MemoryBudget.of(16 * GB, 4 * GB, 2 * GB, 4 * GB))
                .isEqualTo(new MemoryBudget(4 * GB, 2 * GB, 4 * GB));
    }

    @Test
    void limitsThatDoNotFitShrinkInProportion() {
        assertThat(MemoryBudget.of(10 * GB, 3 * GB, 4 * GB, 8 * GB))
                .isEqualTo(new MemoryBudget(3 * GB, 2 * GB, 4 * GB));
    }

    @Test
    void aHeapThatTakesEverythingLeavesDuckDbTheLeastItWorksWith() {
        assertThat(MemoryBudget.of(2 * GB, 2 * GB, 2 * GB, 4 * GB))
                .isEqualTo(new MemoryBudget(2 * GB, 64L << 20, 64L << 20));
    }

    /** Each DuckDB has the limit that it was given, and works within it: what does not fit is spilled. */
    @Test
    void whatWasDividedIsWhatDuckDbMayUse(@TempDir Path folder) throws Exception {
        FirnConfig configured = ConfigLoader.load(Files.writeString(folder.resolve("firn.yaml"), """
                lake: { namespace: atlas }
                source: { bootstrap-servers: "localhost:1" }
                tables: { product: { source: public.product, key: [id] } }
                workbench: { threads: 2 }
                """), Map.of());
        FirnConfig divided = new MemoryBudget(GB, 128L << 20, 96L << 20).applied(configured);

        assertThat(divided.compaction().memoryBytes()).isEqualTo(96L << 20);
        try (DuckDatabase duck = DuckDatabase.open(divided.workbench());
                Connection connection = duck.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT current_setting('memory_limit'), count(DISTINCT md5(i::VARCHAR)) FROM range(2000000) t(i)")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("128.0 MiB");
            assertThat(rows.getLong(2)).isEqualTo(2_000_000);
        }
    }
}
