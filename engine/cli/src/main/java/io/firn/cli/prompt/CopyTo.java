package io.firn.cli.prompt;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.workbench.Sql;
import java.nio.file.Path;
import java.util.Locale;

/** The rows of a query in a file; its name says in which form. */
public final class CopyTo {
    private CopyTo() {}

    /** @throws FirnException when the name ends in none of the forms */
    public static Path file(String name) {
        Path file = Path.of(name);
        options(file);
        return file;
    }

    /** The statement that writes a query's rows. */
    public static String statement(String query, Path file) {
        String body = query.strip().replaceAll(";\\s*$", "");
        return "COPY (%s) TO %s (%s)".formatted(body, Sql.literal(file.toString()), options(file));
    }

    private static String options(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".parquet")) {
            return "FORMAT parquet, COMPRESSION zstd";
        }
        if (name.endsWith(".csv")) {
            return "FORMAT csv, HEADER";
        }
        if (name.endsWith(".json")) {
            return "FORMAT json, ARRAY";
        }
        throw new FirnException(ErrorCode.USAGE_INVALID, "a file must end in .csv, .json or .parquet but was " + file);
    }
}
