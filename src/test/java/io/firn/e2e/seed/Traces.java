package io.firn.e2e.seed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Looks for a text in everything that was written: every byte, unpacked too, and every value of every Parquet file. */
final class Traces {
    private Traces() {}

    static List<Path> in(Path folder, String text) throws IOException, SQLException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder);
                Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement()) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                boolean isParquet = file.toString().endsWith(".parquet");
                if (bytes(file).contains(text) || isParquet && decoded(statement, file, text)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    private static String bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                InputStream unpacked = file.toString().contains(".gz") ? new GZIPInputStream(in) : in) {
            return new String(unpacked.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static boolean decoded(Statement statement, Path file, String text) throws SQLException {
        try (ResultSet row = statement.executeQuery(
                "SELECT count(*) FILTER (contains(to_json(f)::VARCHAR, '%s')) FROM read_parquet('%s') f"
                        .formatted(text, file))) {
            row.next();
            return row.getLong(1) > 0;
        }
    }
}
