package io.firn.snapshot;

import io.firn.catalog.ChangeLogColumns;
import io.firn.catalog.Cut;
import io.firn.catalog.LocalFileIO;
import io.firn.snapshot.TestShop.Change;
import io.firn.snapshot.TestShop.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.Table;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Writes the few rows of a cut as one file, with Parquet's own writer: statements in DuckDB take longer than a dozen
 * rows are worth, and Iceberg's writer reads Hadoop's configuration for every file.
 */
final class SmallFiles implements CutFiles {
    private static final PlainParquetConfiguration PLAIN = new PlainParquetConfiguration();

    @Override
    public List<DataFile> rows(Table table, SortedMap<Long, Row> rows, Cut cut) {
        MessageType type = ParquetSchemaUtil.convert(table.schema(), "table");
        List<Group> groups = new ArrayList<>();
        rows.forEach((id, row) -> groups.add(put(new SimpleGroup(type), id, row)));
        return List.of(write(table, type, groups, cut));
    }

    @Override
    public List<DataFile> changes(Table log, List<Change> changes, Cut cut, long first) {
        MessageType type = ParquetSchemaUtil.convert(log.schema(), "table");
        List<Group> groups = new ArrayList<>();
        for (Change change : changes) {
            groups.add(logged(new SimpleGroup(type), change, cut, first + groups.size()));
        }
        return List.of(write(log, type, groups, cut));
    }

    private static Group put(Group group, @Nullable Long id, @Nullable Row row) {
        if (id != null) {
            group.append("id", (long) id);
        }
        return row == null
                ? group
                : group.append("name", row.name())
                        .append("price", row.price().setScale(2).unscaledValue().longValueExact());
    }

    private static Group logged(Group group, Change change, Cut cut, long at) {
        Row after = change.after();
        Row before = change.before();
        put(group, change.operation().equals("t") ? null : (Long) change.id(), after);
        if (before != null) {
            put(group.addGroup(ChangeLogColumns.BEFORE), change.id(), before);
        }
        if (before != null && after != null) {
            Group names = group.addGroup(ChangeLogColumns.CHANGED);
            change.changed().forEach(name -> names.addGroup("list").append("element", name));
        }
        return group.append(ChangeLogColumns.OPERATION, change.operation())
                .append(ChangeLogColumns.LSN, at)
                .append(ChangeLogColumns.TRANSACTION, 700 + cut.number())
                .append(ChangeLogColumns.TRANSACTION_ORDER, at - cut.lsn() + 101)
                .append(ChangeLogColumns.SOURCE_TIME, micros(cut.committedAt()))
                .append(ChangeLogColumns.INGESTED_AT, micros(cut.committedAt()))
                .append(ChangeLogColumns.CUT, cut.number())
                .append(ChangeLogColumns.TOPIC, "t")
                .append(ChangeLogColumns.PARTITION, change.partition())
                .append(ChangeLogColumns.OFFSET, at);
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    private static DataFile write(Table table, MessageType type, List<Group> rows, Cut cut) {
        PartitionData partition = new PartitionData(table.spec().partitionType());
        if (table.spec().isPartitioned()) {
            partition.set(0, (int)
                    cut.committedAt().atOffset(ZoneOffset.UTC).toLocalDate().toEpochDay());
        }
        String name = "cut-%d-%s.parquet".formatted(cut.number(), UUID.randomUUID());
        String location = table.locationProvider().newDataLocation(table.spec(), partition, name);
        Path file = LocalFileIO.path(location);
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                    .withConf(PLAIN)
                    .withType(type)
                    .withCompressionCodec(CompressionCodecName.ZSTD)
                    .build();
            try (writer) {
                for (Group row : rows) {
                    writer.write(row);
                }
            }
            LocalFileIO.makeDurable(file);
            return DataFiles.builder(table.spec())
                    .withPath(location)
                    .withFormat(FileFormat.PARQUET)
                    .withPartition(partition)
                    .withFileSizeInBytes(Files.size(file))
                    .withMetrics(ParquetUtil.footerMetrics(
                            writer.getFooter(), Stream.empty(), MetricsConfig.forTable(table)))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
