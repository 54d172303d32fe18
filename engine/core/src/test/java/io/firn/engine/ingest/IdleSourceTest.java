package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.Lake;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.TableDefinition;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.source.MemorySource;
import io.firn.workbench.DuckDatabase;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdleSourceTest {
    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();
    private final FakePostgres postgres = new FakePostgres(source, SmallLake.PREFIX);
    private SmallLake small;

    @BeforeEach
    void open() throws IOException {
        small = new SmallLake(folder, 3);
    }

    private void ingest() {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Ingest ingest = new Ingest(
                        small.setup(lake, database, source, name -> new MemoryKeyStore(), IngestListener.NONE))) {
            ingest.runUntilCaughtUp();
        }
    }

    private Cut logged(String table) {
        try (Lake lake = small.open()) {
            return CutProperties.applied(lake.table(TableDefinition.changeLogOf(table)));
        }
    }

    @Test
    void oneLogCarriesThePositionOfASourceThatHasNothingForTheseTables() {
        postgres.begin().commit();
        ingest();
        SourcePosition position = source.positionAt(java.util.Map.of(
                new io.firn.engine.source.ChangeSource.Partition(SmallLake.PREFIX + ".transaction", 0), 1L));
        assertThat(logged("item").upTo()).isEqualTo(position);
        assertThat(logged("item").tables()).containsExactly("item");
        assertThat(logged("stock")).isEqualTo(Cut.NONE);
        assertThat(source.acknowledged()).isEqualTo(position);
    }

    @Test
    void soonAfterACommitTheLakeIsNotBotheredWithAnIdlePosition() {
        postgres.begin().put("public.item", 1, "one", 100).commit();
        ingest();
        SourcePosition committed = logged("item").upTo();
        postgres.begin().commit();
        ingest();
        assertThat(logged("item").upTo()).isEqualTo(committed);
        assertThat(source.acknowledged()).isEqualTo(committed);
    }
}
