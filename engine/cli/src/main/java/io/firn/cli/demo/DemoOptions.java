package io.firn.cli.demo;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How large the demo is.
 *
 * @param rows products at the beginning
 * @param changes row changes over all days
 * @param days business days
 * @param directory where servers and lake keep their files
 */
public record DemoOptions(int rows, int changes, int days, Path directory) {
    private static final int MAX_DAYS = 31;

    /** @throws FirnException with every value that is out of range */
    public DemoOptions {
        List<String> problems = new ArrayList<>();
        positive("--rows", rows, problems);
        positive("--changes", changes, problems);
        positive("--days", days, problems);
        if (days > MAX_DAYS) {
            problems.add("--days must be at most %d but was %d".formatted(MAX_DAYS, days));
        }
        if (!problems.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.USAGE_INVALID, problems);
        }
    }

    private static void positive(String option, int value, List<String> problems) {
        if (value < 1) {
            problems.add("%s must be positive but was %d".formatted(option, value));
        }
    }
}
