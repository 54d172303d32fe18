package io.firn.cli.terminal;

import java.io.PrintStream;
import java.util.List;

/** The forms in which rows come out. */
public enum OutputFormat {
    /** Aligned columns for people. */
    TABLE {
        @Override
        public RowWriter open(PrintStream out, List<String> columns) {
            return new TableWriter(out, columns);
        }
    },
    /** An array of objects, one a line. */
    JSON {
        @Override
        public RowWriter open(PrintStream out, List<String> columns) {
            return new JsonWriter(out, columns);
        }
    },
    /** RFC 4180 with line feeds; NULL is empty and an empty text is quoted. */
    CSV {
        @Override
        public RowWriter open(PrintStream out, List<String> columns) {
            return new CsvWriter(out, columns);
        }
    };

    /** Begins an output with these columns. Close it, or its end is missing. */
    public abstract RowWriter open(PrintStream out, List<String> columns);
}
