package io.firn.e2e.browser;

import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/** A page in a browser without a screen, as its readers meet it: some see it, some hear it, some have only keys. */
public interface Browser extends AutoCloseable {
    /** Waits until what an element shows is as wanted. */
    String awaitText(String id, Predicate<String> wanted);

    /** Chooses from a list. */
    void choose(String id, String value);

    /** Types into a field. */
    void type(String field, String value) throws IOException;

    /** Types into a field and presses Enter in it, without a mouse. */
    void typeAndEnter(String field, String value) throws IOException;

    /** What somebody who cannot see, or has no mouse, would miss; one line for each. */
    List<String> obstacles();

    /** What scripts failed with, and what the browser complained of. */
    List<String> scriptErrors();

    @Override
    void close();
}
