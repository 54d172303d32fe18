package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.FirnConfig;
import java.util.List;

/** The tables that a command was given, or all of them. */
final class TableArguments {
    private TableArguments() {}

    /** @throws FirnException with every name that is not configured */
    static List<String> of(FirnConfig config, List<String> named) {
        List<String> known = List.copyOf(config.tables().keySet());
        List<String> problems = named.stream()
                .filter(name -> !known.contains(name))
                .map(name -> "TABLE must be one of %s but was %s".formatted(String.join(", ", known), name))
                .toList();
        if (!problems.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.USAGE_INVALID, problems);
        }
        return named.isEmpty() ? known : named;
    }
}
