package io.firn.engine.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;

/** The rows of data files, each of which is read once: files never change. */
final class FileRows {
    private final Map<String, List<Record>> rows = new HashMap<>();

    /** @return the rows in the order of the file, deleted ones included */
    List<Record> of(Table table, DataFile file, Schema columns) {
        return rows.computeIfAbsent(file.location(), location -> read(table, location, columns));
    }

    private static List<Record> read(Table table, String location, Schema columns) {
        List<Record> rows = new ArrayList<>();
        try (CloseableIterable<Record> records = Parquet.read(table.io().newInputFile(location))
                .project(columns)
                .createReaderFunc(file -> GenericParquetReaders.buildReader(columns, file))
                .build()) {
            records.forEach(record -> rows.add(record.copy()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }
}
