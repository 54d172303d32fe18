package io.firn.bench.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** What the table holds in the end, by the digest that all benchmarks of ingest print. */
final class Rows implements AutoCloseable {
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(Long.SIZE);

    private final JdbcCatalog catalog = new JdbcCatalog();
    private final Table table;

    Rows(Path folder) {
        catalog.setConf(new Configuration());
        catalog.initialize(
                "lake", Map.of("uri", uri(folder), "warehouse", warehouse(folder), "jdbc.schema-version", "V1"));
        this.table = catalog.loadTable(TableIdentifier.of("bench", "product"));
    }

    static String uri(Path folder) {
        return "jdbc:sqlite:" + folder.resolve("catalog.db");
    }

    static String warehouse(Path folder) {
        return folder.resolve("warehouse").toUri().toString();
    }

    Table table() {
        return table;
    }

    /** The number of rows, and the sums of the last and the first eight bytes of the MD5 of each. */
    record Digest(long rows, BigInteger lower, BigInteger upper) {}

    Digest digest() {
        long rows = 0;
        BigInteger lower = BigInteger.ZERO;
        BigInteger upper = BigInteger.ZERO;
        try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            int columns = table.schema().columns().size();
            for (Record record : records) {
                ByteBuffer bytes = ByteBuffer.wrap(md5.digest(text(record, columns).getBytes(StandardCharsets.UTF_8)));
                upper = upper.add(unsigned(bytes.getLong()));
                lower = lower.add(unsigned(bytes.getLong()));
                rows++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        return new Digest(rows, lower, upper);
    }

    private static BigInteger unsigned(long value) {
        BigInteger signed = BigInteger.valueOf(value);
        return value < 0 ? signed.add(TWO_TO_64) : signed;
    }

    /** The record may have a row's position after the table's columns, when deletes were applied. */
    private static String text(Record record, int columns) {
        StringJoiner text = new StringJoiner("|");
        for (int i = 0; i < columns; i++) {
            Object value = record.get(i);
            if (value instanceof OffsetDateTime time) {
                text.add(Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant())));
            } else if (value instanceof BigDecimal number) {
                text.add(number.toPlainString());
            } else if (value != null) {
                text.add(value.toString());
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        catalog.close();
    }
}
