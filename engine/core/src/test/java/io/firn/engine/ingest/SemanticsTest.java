package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Lake;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.source.MemorySource;
import io.firn.workbench.DuckDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What changes mean that do not fit the row they meet. */
class SemanticsTest {
    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();
    private SmallLake small;

    @BeforeEach
    void makeLake() throws IOException {
        use(3);
    }

    private void use(int formatVersion) throws IOException {
        small = new SmallLake(folder, formatVersion, 1_000_000);
    }

    private static String row(long id, String name) {
        return "{\"id\":%d,\"name\":\"%s\",\"amount\":\"Zg==\"}".formatted(id, name);
    }

    private void send(String op, @Nullable String before, @Nullable String after, long id, long lsn) {
        String value =
                "{\"before\":%s,\"after\":%s,\"source\":{\"lsn\":%d,\"sequence\":\"[\\\"%d\\\",\\\"%d\\\"]\",\"ts_us\":1795000000000000},\"transaction\":null,\"op\":\"%s\"}"
                        .formatted(before, after, lsn, lsn - 1, lsn, op);
        source.append("t.public.item", 0, key(id), value.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] key(long id) {
        return "{\"id\":%d}".formatted(id).getBytes(StandardCharsets.UTF_8);
    }

    private void create(long id, String name, long lsn) {
        send("c", null, row(id, name), id, lsn);
    }

    private void update(long id, String name, long lsn) {
        send("u", null, row(id, name), id, lsn);
    }

    private void delete(long id, long lsn) {
        send("d", "{\"id\":%d}".formatted(id), null, id, lsn);
    }

    private void ingest() {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Ingest ingest = new Ingest(
                        small.setup(lake, database, source, name -> new MemoryKeyStore(), IngestListener.NONE))) {
            ingest.runUntilCaughtUp();
        }
    }

    private List<String> rows(String table) throws IOException {
        List<String> rows = new ArrayList<>();
        try (Lake lake = small.open();
                CloseableIterable<Record> records =
                        IcebergGenerics.read(lake.table(table)).build()) {
            for (Record record : records) {
                String op = table.endsWith("_changes") ? " " + record.getField("_op") : "";
                rows.add(record.getField("id") + " " + record.getField("name") + op);
            }
        }
        return rows.stream().sorted().toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void createOnExistingIsAnUpdateAndUpdateOnMissingAnInsert(int formatVersion) throws IOException {
        use(formatVersion);
        create(1, "one", 101);
        ingest();
        create(1, "uno", 102);
        update(2, "two", 103);
        ingest();
        assertThat(rows("item")).containsExactly("1 uno", "2 two");
        assertThat(rows("item_changes")).containsExactly("1 one c", "1 uno c", "2 two u");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void aDeleteThatBringsItsKeyAloneRemovesTheRowAndOneOfNothingIsLoggedOnly(int formatVersion) throws IOException {
        use(formatVersion);
        create(1, "one", 101);
        create(2, "two", 102);
        ingest();
        delete(1, 103);
        delete(7, 104);
        ingest();
        assertThat(rows("item")).containsExactly("2 two");
        assertThat(rows("item_changes")).containsExactly("1 null d", "1 one c", "2 two c", "7 null d");
    }

    @Test
    void ofSeveralChangesOfOneKeyInOneCutTheLastCountsAndAllAreLogged() throws IOException {
        create(1, "a", 101);
        update(1, "b", 102);
        delete(1, 103);
        create(2, "a", 104);
        delete(2, 105);
        create(2, "b", 106);
        create(3, "a", 107);
        delete(3, 108);
        ingest();
        assertThat(rows("item")).containsExactly("2 b");
        assertThat(rows("item_changes")).hasSize(8);
    }

    @Test
    void aTombstoneIsNoChange() throws IOException {
        create(1, "one", 101);
        delete(1, 102);
        source.append("t.public.item", 0, key(1), null);
        create(2, "two", 103);
        ingest();
        assertThat(rows("item")).containsExactly("2 two");
        assertThat(rows("item_changes")).containsExactly("1 null d", "1 one c", "2 two c");
    }

    @Test
    void aKeyThatChangesIsADeleteAndAnInsert() throws IOException {
        create(1, "one", 101);
        ingest();
        send("d", row(1, "one"), null, 1, 102);
        source.append("t.public.item", 0, key(1), null);
        create(5, "one", 102);
        ingest();
        assertThat(rows("item")).containsExactly("5 one");
    }

    /** PostgreSQL logs the rows of a COPY a page at a time, with one LSN. */
    @Test
    void rowsThatWereLoggedAtOnceAreAllThereAndDeliveredAgainAreLoggedOnce() throws IOException {
        create(1, "one", 101);
        create(2, "two", 101);
        create(1, "one", 101);
        create(2, "two", 101);
        create(3, "three", 101);
        update(1, "uno", 105);
        create(3, "three", 101);
        ingest();
        assertThat(rows("item")).containsExactly("1 uno", "2 two", "3 three");
        assertThat(rows("item_changes")).containsExactly("1 one c", "1 uno u", "2 two c", "3 three c");
    }

    @Test
    void whatIsDeliveredAgainAfterAConnectorsRestartIsLoggedOnce() throws IOException {
        create(1, "a", 101);
        update(1, "b", 102);
        update(2, "c", 103);
        update(1, "b", 102);
        update(2, "c", 103);
        update(1, "d", 104);
        ingest();
        assertThat(rows("item")).containsExactly("1 d", "2 c");
        assertThat(rows("item_changes")).containsExactly("1 a c", "1 b u", "1 d u", "2 c u");
    }
}
