package io.firn.compactor.layout;

import java.util.Locale;

/** Sizes for people, in the units of the configuration. */
public final class ByteSizes {
    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB", "PB"};

    private ByteSizes() {}

    /** Returns such as {@code 372 MB}, {@code 1.5 GB}; powers of 1024. */
    public static String text(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        String format = unit == 0 || value >= 10 ? "%.0f %s" : "%.1f %s";
        return String.format(Locale.ROOT, format, value, UNITS[unit]);
    }
}
