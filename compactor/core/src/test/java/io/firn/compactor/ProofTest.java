package io.firn.compactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.LocalFileIO;
import io.firn.compactor.commit.GroupOutcome;
import io.firn.compactor.layout.Lineage;
import io.firn.compactor.rewrite.Hooks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** New files are changed behind the compactor's back; it notices, commits nothing and keeps them. */
class ProofTest {
    private static final String FIELD_IDS_BEFORE_LINEAGE =
            "{id: 1, name: 2, price: 3, tags: {__duckdb_field_id: 4, element: 6}, category: 5}";
    private static final String FIELD_IDS = FIELD_IDS_BEFORE_LINEAGE.replace(
            "category: 5", "category: 5, _row_id: 2147483540, _last_updated_sequence_number: 2147483539");

    @TempDir
    Path folder;

    private TestLake lake;

    @BeforeEach
    void open() {
        lake = new TestLake(folder);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private record Corrupting(TestLake lake, String select, boolean lineage, List<Path> corrupted) implements Hooks {
        @Override
        public void written(String location) {
            Path file = LocalFileIO.path(location);
            Path other = Path.of(file + ".other");
            String copy = "COPY (%s) TO '%s' (FORMAT parquet, FIELD_IDS %s)"
                    .formatted(select.formatted(file), other, lineage ? FIELD_IDS : FIELD_IDS_BEFORE_LINEAGE);
            try (Connection connection = lake.duck.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute(copy);
                Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            corrupted.add(file);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "SELECT * REPLACE (CASE WHEN id = 44 THEN 'other' ELSE name END AS name) FROM read_parquet('%s'); content digest: ",
                "SELECT * REPLACE (CASE WHEN id = 44 THEN NULL ELSE name END AS name) FROM read_parquet('%s'); nulls of name: 286 before, 287 after",
                "SELECT * REPLACE (list_reverse(tags) AS tags) FROM read_parquet('%s'); content digest: ",
                "SELECT * REPLACE (_row_id + 1 AS _row_id) FROM read_parquet('%s'); lineage digest: ",
                "SELECT * REPLACE (CASE WHEN id = 44 THEN 9 ELSE _last_updated_sequence_number END"
                        + " AS _last_updated_sequence_number) FROM read_parquet('%s'); lineage digest: "
            })
    void aChangedValueIsNoticed(String select, String failure) {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
        TestWriter writer = new TestWriter(lake, table);
        writer.append(0, 1000, 2);
        writer.append(1, 1000, 2);
        assertNoticed(table, select, failure);
    }

    @Test
    void aLostRowIsNoticed() {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 2);
        TestWriter writer = new TestWriter(lake, table);
        writer.append(0, 1000, 2);
        writer.append(1, 1000, 2);
        assertNoticed(table, "SELECT * FROM (FROM read_parquet('%s') WHERE id <> 44)", "rows: 2000 before, 1999 after");
    }

    @Test
    void aCopiedRowGroupThatIsNotWhatWasReadIsNoticed() {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
        TestWriter writer = new TestWriter(lake, table);
        writer.append(0, 1000, 1);
        writer.append(1000, 1000, 1);
        List<Path> corrupted = new ArrayList<>();
        Hooks hooks = new Hooks() {
            @Override
            public void written(String file) {
                try {
                    byte[] bytes = Files.readAllBytes(Path.of(file));
                    bytes[bytes.length / 3] ^= 1;
                    Files.write(Path.of(file), bytes);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                corrupted.add(Path.of(file));
            }
        };
        assertAborted(table, hooks, "column ", corrupted);
    }

    private void assertNoticed(Table table, String select, String failure) {
        List<Path> corrupted = new ArrayList<>();
        assertAborted(
                table,
                new Corrupting(lake, select, Lineage.of(table) == Lineage.PRESENT, corrupted),
                failure,
                corrupted);
    }

    private void assertAborted(Table table, Hooks hooks, String failure, List<Path> evidence) {
        table.refresh();
        Snapshot before = table.currentSnapshot();
        try (Compaction compaction = lake.compaction(1 << 20)) {
            CompactionResult result = compaction.run(table, hooks);
            assertThat(result.commits()).isEmpty();
            assertThat(result.failed()).singleElement().satisfies(group -> {
                assertThat(group.status()).isEqualTo(GroupOutcome.Status.PROOF_FAILED);
                assertThat(group.detail()).startsWith(failure);
                evidence.forEach(file -> assertThat(group.detail()).contains(file.toString()));
            });
        }
        table.refresh();
        assertThat(table.currentSnapshot()).isEqualTo(before);
        assertThat(evidence).isNotEmpty().allSatisfy(file -> assertThat(file).exists());
    }
}
