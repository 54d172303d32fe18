package io.firn.e2e.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.catalog.Lake;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeIT {

    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "title", Types.StringType.get()));

    private static final TableIdentifier PRODUCT = TableIdentifier.of("atlas", "product");

    @TempDir
    private Path lake;

    @Test
    void readsHeadTagAndRowIdsOfATableWithADeletionVector() throws IOException {
        try (JdbcCatalog catalog = catalog();
                Judge judge = Judge.start(uri(), warehouse())) {
            catalog.createNamespace(Namespace.of("atlas"));
            Table table =
                    catalog.createTable(PRODUCT, SCHEMA, PartitionSpec.unpartitioned(), Map.of("format-version", "3"));
            DataFile first = write(table, "1.parquet", List.of(row(1, "ice"), row(2, "snow"), row(3, "firn")));
            table.newAppend().appendFile(first).commit();
            table.manageSnapshots()
                    .createTag("day-2026-11-20", table.currentSnapshot().snapshotId())
                    .commit();
            assertThat(judge.query("SELECT id, title, _row_id FROM atlas.product ORDER BY id"))
                    .containsExactly(List.of("1", "ice", "0"), List.of("2", "snow", "1"), List.of("3", "firn", "2"));

            RowDelta delta = table.newRowDelta().addRows(write(table, "2.parquet", List.of(row(4, "glacier"))));
            deletionVector(table, first, 1).forEach(delta::addDeletes);
            delta.commit();

            assertThat(judge.query("SELECT id, title, _row_id FROM atlas.product ORDER BY id"))
                    .containsExactly(List.of("1", "ice", "0"), List.of("3", "firn", "2"), List.of("4", "glacier", "3"));
            assertThat(judge.query("SELECT id FROM atlas.product VERSION AS OF 'day-2026-11-20' ORDER BY id"))
                    .containsExactly(List.of("1"), List.of("2"), List.of("3"));
            assertThat(judge.value("SELECT count(*) FROM lake.atlas.product.delete_files"))
                    .isEqualTo("1");
        }
    }

    @Test
    void rendersEveryTypeWithoutLoss() {
        try (Judge judge = Judge.start(uri(), warehouse())) {
            JudgedTable table = judge.table("""
                    SELECT CAST(1.5 AS decimal(12,2)) AS price,
                      TIMESTAMP '2026-11-21 10:00:00.000001+01:00' AS at,
                      TIMESTAMP_NTZ '1969-12-31 23:59:59.999999' AS local,
                      DATE '1582-10-15' AS day, X'00CAFE' AS bytes, double('-0.0') AS zero, float('NaN') AS nan,
                      true AS yes, CAST(NULL AS string) AS nothing, 9007199254740993L AS big,
                      array('a', NULL) AS list, map(1, 'x') AS pairs, named_struct('b', 1, 'a', array(2)) AS struct
                    """);

            assertThat(table.rows())
                    .containsExactly(Arrays.asList(
                            "1.50",
                            "2026-11-21T09:00:00.000001Z",
                            "1969-12-31T23:59:59.999999",
                            "1582-10-15",
                            "00cafe",
                            "-0.0",
                            "NaN",
                            "true",
                            null,
                            "9007199254740993",
                            Arrays.asList("a", null),
                            List.of(List.of("1", "x")),
                            Map.of("b", "1", "a", List.of("2"))));
            assertThat(table.columns())
                    .startsWith(
                            new JudgedTable.Column("price", "decimal(12,2)"),
                            new JudgedTable.Column("at", "timestamp"),
                            new JudgedTable.Column("local", "timestamp_ntz"));
        }
    }

    @Test
    void saysWhatSparkSaysOfAWrongQuestionAndGoesOn() {
        try (Judge judge = Judge.start(uri(), warehouse())) {
            assertThatThrownBy(() -> judge.query("SELECT * FROM atlas.nowhere"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("SELECT * FROM atlas.nowhere")
                    .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
            assertThat(judge.value("SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void showsTheLogOfAJudgeThatCannotStart() {
        JudgeProcess process = JudgeProcess.start(List.of("-Xmx1m"));

        assertThatThrownBy(() -> process.ask(new ObjectMapper().createObjectNode()))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("The judge ended")
                .hasMessageContaining("judge-");
    }

    private JdbcCatalog catalog() {
        JdbcCatalog catalog = new JdbcCatalog();
        catalog.setConf(new Configuration());
        catalog.initialize(
                Lake.CATALOG_NAME, Map.of("uri", uri(), "warehouse", warehouse(), "jdbc.schema-version", "V1"));
        return catalog;
    }

    private String uri() {
        return "jdbc:sqlite:" + lake.resolve("catalog.db") + "?journal_mode=WAL&busy_timeout=30000&synchronous=FULL";
    }

    private String warehouse() {
        return "file:" + lake.resolve("warehouse");
    }

    private static Record row(long id, String title) {
        return GenericRecord.create(SCHEMA).copy(Map.of("id", id, "title", title));
    }

    private static DataFile write(Table table, String name, List<Record> rows) throws IOException {
        DataWriter<Record> writer = Parquet.writeData(table.io().newOutputFile(table.location() + "/data/" + name))
                .schema(table.schema())
                .withSpec(table.spec())
                .createWriterFunc(GenericParquetWriter::create)
                .build();
        try (writer) {
            rows.forEach(writer::write);
        }
        return writer.toDataFile();
    }

    private static List<DeleteFile> deletionVector(Table table, DataFile file, long position) throws IOException {
        OutputFileFactory files = OutputFileFactory.builderFor(table, 1, 1)
                .format(FileFormat.PUFFIN)
                .build();
        BaseDVFileWriter writer = new BaseDVFileWriter(files, path -> null);
        try (writer) {
            writer.delete(file.location(), position, table.spec(), file.partition());
        }
        return new ArrayList<>(writer.result().deleteFiles());
    }
}
