package io.firn.snapshot.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.catalog.LocalFileIO;
import io.firn.workbench.Sql;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.duckdb.DuckDBConnection;
import org.roaringbitmap.RoaringBitmap;

/**
 * Reads a table from a metadata file by the letter of Iceberg's specification and without its library: JSON, Avro,
 * deletion vectors in Puffin files, and DuckDB for Parquet. It knows no tags, no branches and no catalog.
 */
final class SpecReader {
    private static final int DELETED = 2;
    private static final int DATA = 0;
    private static final int DELETION_VECTOR_MAGIC = 0x6439D3D1;

    private final DuckDBConnection connection;

    SpecReader(DuckDBConnection connection) {
        this.connection = connection;
    }

    private static Path path(Object location) {
        return LocalFileIO.path(location.toString());
    }

    /** Returns the rows of the current snapshot as texts of a DuckDB expression, in order. */
    List<String> rows(String metadataFile, String expression) throws IOException, SQLException {
        JsonNode metadata = new ObjectMapper().readTree(Files.readString(path(metadataFile)));
        JsonNode snapshot = null;
        for (JsonNode one : metadata.get("snapshots")) {
            snapshot = one.get("snapshot-id").equals(metadata.get("current-snapshot-id")) ? one : snapshot;
        }
        String list = Objects.requireNonNull(snapshot).get("manifest-list").asText();
        List<String> data = new ArrayList<>();
        Map<String, TreeSet<Long>> deleted = new TreeMap<>();
        for (GenericRecord manifest : avro(list)) {
            for (GenericRecord entry : avro(manifest.get("manifest_path"))) {
                if ((Integer) entry.get("status") != DELETED) {
                    GenericRecord file = (GenericRecord) entry.get("data_file");
                    if ((Integer) file.get("content") == DATA) {
                        data.add(file.get("file_path").toString());
                    } else {
                        deleted.put(file.get("referenced_data_file").toString(), deletionVector(file));
                    }
                }
            }
        }
        List<String> rows = new ArrayList<>();
        for (String file : data) {
            rows.addAll(read(file, deleted.getOrDefault(file, new TreeSet<>()), expression));
        }
        rows.sort(null);
        return rows;
    }

    private static List<GenericRecord> avro(Object location) throws IOException {
        try (DataFileReader<GenericRecord> reader =
                new DataFileReader<>(path(location).toFile(), new GenericDatumReader<>())) {
            List<GenericRecord> records = new ArrayList<>();
            reader.forEach(records::add);
            return records;
        }
    }

    /** The blob {@code deletion-vector-v1}: length, magic, a bitmap for each upper half of the positions, checksum. */
    private static TreeSet<Long> deletionVector(GenericRecord file) throws IOException {
        byte[] blob = new byte[Math.toIntExact((Long) file.get("content_size_in_bytes"))];
        try (RandomAccessFile puffin =
                new RandomAccessFile(path(file.get("file_path")).toFile(), "r")) {
            puffin.seek((Long) file.get("content_offset"));
            puffin.readFully(blob);
        }
        ByteBuffer buffer = ByteBuffer.wrap(blob, 4, blob.length - 4).order(ByteOrder.LITTLE_ENDIAN);
        if (buffer.getInt() != DELETION_VECTOR_MAGIC) {
            throw new IOException("no deletion vector: " + file.get("file_path"));
        }
        TreeSet<Long> positions = new TreeSet<>();
        for (long bitmaps = buffer.getLong(); bitmaps > 0; bitmaps--) {
            long upper = (long) buffer.getInt() << 32;
            RoaringBitmap bitmap = new RoaringBitmap();
            bitmap.deserialize(new DataInputStream(
                    new ByteArrayInputStream(blob, buffer.position(), blob.length - buffer.position())));
            bitmap.forEach((int position) -> positions.add(upper | Integer.toUnsignedLong(position)));
            buffer.position(buffer.position() + bitmap.serializedSizeInBytes());
        }
        return positions;
    }

    private List<String> read(String file, TreeSet<Long> deleted, String expression) throws SQLException {
        String gone = deleted.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]::BIGINT[]"));
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT %s FROM read_parquet(%s, file_row_number = true) WHERE NOT list_contains(%s, file_row_number)"
                                .formatted(expression, Sql.literal(path(file).toString()), gone))) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }
}
