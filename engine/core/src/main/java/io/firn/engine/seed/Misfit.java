package io.firn.engine.seed;

/**
 * A row that the lake's types cannot hold.
 *
 * @param reason names the first column, its value and its type
 * @param json the row as an object of texts, as the source prints them
 */
public record Misfit(String reason, String json) {}
