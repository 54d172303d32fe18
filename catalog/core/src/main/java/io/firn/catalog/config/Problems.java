package io.firn.catalog.config;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Everything wrong with one configuration file, so that it is all reported at once. */
final class Problems {

    private record Problem(int line, String message) {}

    private final String file;
    private final List<Problem> problems = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    void add(int line, String message) {
        problems.add(new Problem(line, message));
    }

    /** Throws all problems, ordered by line, when there is any. */
    void throwIfAny() {
        if (!problems.isEmpty()) {
            throw FirnException.ofAll(
                    ErrorCode.CONFIG_INVALID,
                    problems.stream()
                            .sorted(Comparator.comparingInt(Problem::line))
                            .map(problem -> file + ":" + problem.line() + ": " + problem.message())
                            .toList());
        }
    }
}
