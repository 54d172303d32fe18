package io.firn.cli.probe;

import io.firn.catalog.FirnException;
import java.util.function.Supplier;

/**
 * One connection to try. It gives up after a few seconds and changes nothing.
 *
 * @param name what is tried, in a word or two
 * @param attempt returns what was found, in one line, or throws FirnException with every problem
 */
public record Probe(String name, Supplier<String> attempt) {

    /**
     * Tries it.
     *
     * @return what was found, in one line
     * @throws FirnException with every problem found
     */
    public String run() {
        return attempt.get();
    }
}
