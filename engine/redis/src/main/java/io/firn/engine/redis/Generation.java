package io.firn.engine.redis;

/**
 * Which of the sets of keys a row belongs to, when each rebuild makes its own.
 *
 * @param text as it stands in keys; empty for {@link #NONE}
 */
record Generation(String text) {
    /** Keys have no generation. */
    static final Generation NONE = new Generation("");
    /** Stands for all of them in a pattern. */
    static final Generation ANY = new Generation("*");

    static Generation of(long number) {
        return new Generation(Long.toString(number));
    }

    /** Returns whether it was made before {@code other}. */
    boolean isBefore(Generation other) {
        return Long.parseLong(text) < Long.parseLong(other.text);
    }
}
