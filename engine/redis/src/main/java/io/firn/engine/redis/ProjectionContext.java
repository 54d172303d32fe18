package io.firn.engine.redis;

/**
 * What work on one table needs.
 *
 * @param session the connection that all of the work runs on
 */
record ProjectionContext(
        RedisSession session, PositionStore store, TableKeys keys, LakeRows rows, ProjectorSettings settings) {

    /** Returns a writer of rows that have the fields of {@code shape}. */
    RowWriter writer(RowShape shape) {
        return new RowWriter(session, shape.fields(), settings.tombstones());
    }

    /** Deletes every row of the generation that is older than {@code version}. */
    Applied sweep(RowWriter writer, byte[] version, Generation generation) {
        Applied[] applied = {Applied.EMPTY};
        TableKeys.scan(session, keys.template().glob(generation), portion -> {
            portion.forEach(key -> writer.sweep(version, key));
            applied[0] = applied[0].plus(writer.drain());
        });
        return applied[0];
    }
}
