package io.firn.workbench;

import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;

/**
 * How data files are written.
 *
 * @param targetBytes a file is closed near this size
 * @param codec a Parquet codec in DuckDB's spelling
 * @param level the level of zstd; ignored by other codecs
 * @param rowGroupRows rows in a row group; DuckDB rounds to multiples of 2048
 */
public record FileSettings(long targetBytes, String codec, int level, int rowGroupRows) {
    private static final int ROW_GROUP_ROWS = 122_880;
    /** Columns with more values in a row group take longer with a dictionary, and are not smaller for it. */
    private static final int DICTIONARY_VALUES = 2048;
    /** Level 1 costs a quarter less time than the default and makes smaller files. */
    private static final int ZSTD_LEVEL = 1;

    public FileSettings {
        if (targetBytes < 1 || rowGroupRows < 1) {
            throw new IllegalArgumentException(
                    "file size and row group must be positive but were %d and %d".formatted(targetBytes, rowGroupRows));
        }
    }

    /** Returns what the table's {@code write.*} properties ask for. */
    public static FileSettings of(Table table) {
        Map<String, String> properties = table.properties();
        String codec = properties.getOrDefault(TableProperties.PARQUET_COMPRESSION, "zstd");
        String level = properties.get(TableProperties.PARQUET_COMPRESSION_LEVEL);
        String target = properties.get(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES);
        return new FileSettings(
                target == null ? TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT : Long.parseLong(target),
                codec.toLowerCase(Locale.ROOT),
                level == null || level.equals("null") ? ZSTD_LEVEL : Integer.parseInt(level),
                ROW_GROUP_ROWS);
    }

    /** Returns the same with files of another size. */
    public FileSettings withTargetBytes(long bytes) {
        return new FileSettings(bytes, codec, level, rowGroupRows);
    }

    /** Returns the same with row groups of another size. */
    public FileSettings withRowGroupRows(int rows) {
        return new FileSettings(targetBytes, codec, level, rows);
    }

    /**
     * Returns how many equal files should hold {@code bytes}: the number that brings them nearest to the target, by
     * factor. Two files are at least 0.7 times the target, many are very close to it.
     */
    public static int filesFor(long bytes, long targetBytes) {
        double exact = (double) bytes / targetBytes;
        int below = Math.max(1, (int) exact);
        return exact > Math.sqrt((double) below * (below + 1)) ? below + 1 : below;
    }

    String copyOptions() {
        String compression = codec.equals("zstd") ? "zstd, COMPRESSION_LEVEL " + level : Sql.identifier(codec);
        return "FORMAT parquet, COMPRESSION %s, ROW_GROUP_SIZE %d, DICTIONARY_SIZE_LIMIT %d"
                .formatted(compression, rowGroupRows, DICTIONARY_VALUES);
    }
}
