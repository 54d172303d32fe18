package io.firn.catalog.config;

/**
 * How far two numbers may be apart.
 *
 * @param amount not negative
 */
public record Tolerance(double amount, Unit unit) {
    /** What the amount counts. */
    public enum Unit {
        ABSOLUTE,
        /** A share of the right number, 1 being all of it. */
        SHARE
    }

    public Tolerance {
        if (!(amount >= 0)) {
            throw new IllegalArgumentException("must not be negative");
        }
    }

    /** Reads {@code 0.01} or {@code 1%}. */
    static Tolerance parse(String text) {
        return text.endsWith("%")
                ? new Tolerance(number(text.substring(0, text.length() - 1)) / 100, Unit.SHARE)
                : new Tolerance(number(text), Unit.ABSOLUTE);
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a number or a percentage, as in 0.01 or 1%,", e);
        }
    }

    /** Returns how far a number may be from {@code right}. */
    public double around(double right) {
        return unit == Unit.SHARE ? amount * Math.abs(right) : amount;
    }
}
