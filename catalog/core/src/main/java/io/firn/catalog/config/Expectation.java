package io.firn.catalog.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a table is expected to be. */
public sealed interface Expectation {
    /** The part of {@code tables.<name>.expect} it comes from, such as {@code nulls}. */
    String kind();

    /** What tells it from others of its kind: a column or a chosen name; empty where there is one of a kind. */
    String label();

    /** What it means when it does not hold; never {@link Severity#OFF}. */
    Severity severity();

    /** Its name in its table, such as {@code nulls.price} or {@code freshness}. */
    default String name() {
        return label().isEmpty() ? kind() : kind() + "." + label();
    }

    /** No two rows agree in these columns; rows with a null among them are like no other. */
    record Unique(String label, List<String> columns, Severity severity) implements Expectation {
        public Unique {
            columns = List.copyOf(columns);
        }

        @Override
        public String kind() {
            return "unique";
        }
    }

    /**
     * Rows refer to rows of another table that are there; rows with a null among the columns refer to none.
     *
     * @param to columns of the other table, one for each of {@code columns}
     * @param grace how long after a change what it refers to may be missing
     */
    record References(
            String label, List<String> columns, String table, List<String> to, Duration grace, Severity severity)
            implements Expectation {
        public References {
            columns = List.copyOf(columns);
            to = List.copyOf(to);
        }

        @Override
        public String kind() {
            return "references";
        }
    }

    /**
     * Changes are readable soon after their commit in the source.
     *
     * @param within most time from commit to readable
     * @param idle what it means when nothing at all has come from the source for longer
     */
    record Freshness(Duration within, Idle idle, Severity severity) implements Expectation {
        /** A source that is silent has nothing to say, or cannot be heard: the lake alone does not tell. */
        public enum Idle {
            STALE,
            FRESH
        }

        @Override
        public String kind() {
            return "freshness";
        }

        @Override
        public String label() {
            return "";
        }
    }

    /**
     * Columns are what they were, or what is declared.
     *
     * @param columns types by name, in Iceberg's words; empty for what they were when last looked at
     */
    record Columns(Map<String, String> columns, Severity severity) implements Expectation {
        public Columns {
            columns = Map.copyOf(columns);
        }

        @Override
        public String kind() {
            return "schema";
        }

        @Override
        public String label() {
            return "";
        }
    }

    /** The table holds what the source holds. */
    record Source(Severity severity) implements Expectation {
        @Override
        public String kind() {
            return "source";
        }

        @Override
        public String label() {
            return "";
        }
    }

    /** Few rows have no value: the share that has none is at most so much. */
    record Nulls(String label, double atMost, Severity severity) implements Expectation {
        @Override
        public String kind() {
            return "nulls";
        }
    }

    /** Values are among these; a null is not a value. */
    record Accepted(String label, List<String> values, Severity severity) implements Expectation {
        public Accepted {
            values = List.copyOf(values);
        }

        @Override
        public String kind() {
            return "accepted";
        }
    }

    /**
     * Rows keep a rule of severity {@code warn}, which lets those in that break it.
     *
     * @param that a boolean expression over the table's columns
     */
    record Rule(String label, String that, Severity severity) implements Expectation {
        @Override
        public String kind() {
            return "rule";
        }
    }

    /**
     * Days that are closed stay what they are: no change since the last look touches one.
     *
     * @param column the date or time that says to which day a row belongs; null for when the source committed a change
     * @param graceDays how many days after its day a change may come
     */
    record Late(@Nullable String column, int graceDays, Severity severity) implements Expectation {
        @Override
        public String kind() {
            return "late";
        }

        @Override
        public String label() {
            return "";
        }
    }

    /**
     * As many changes as on the same weekday in the weeks before.
     *
     * @param within most distance from the median, as a share of it
     */
    record Volume(double within, int weeks, Severity severity) implements Expectation {
        @Override
        public String kind() {
            return "volume";
        }

        @Override
        public String label() {
            return "";
        }
    }

    /** Numbers of a column are spread as they were: the population stability index is at most so much. */
    record Drift(String label, double atMost, Severity severity) implements Expectation {
        @Override
        public String kind() {
            return "drift";
        }
    }

    /** A query finds few rows that should not be. */
    record Sql(String label, String query, long atMost, Severity severity) implements Expectation {
        @Override
        public String kind() {
            return "sql";
        }
    }

    /** Two queries agree on a number. */
    record Reconcile(String label, String left, String right, Place rightAt, Tolerance tolerance, Severity severity)
            implements Expectation {
        /** Where a query runs. */
        public enum Place {
            LAKE,
            SOURCE
        }

        @Override
        public String kind() {
            return "reconcile";
        }
    }
}
