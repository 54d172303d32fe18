package io.firn.engine.redis;

/**
 * A row on its way into Redis.
 *
 * @param arguments how many arguments {@code encoded} has
 * @param encoded what follows key and version in the command that writes it, as RESP
 */
record WritableRow(byte[] key, int arguments, byte[] encoded) {}
