package io.firn.engine.redis;

import java.util.List;

/**
 * What work on one table needs.
 *
 * @param servers the connections that all of the work runs on
 * @param holder tells this projector from others
 */
record ProjectionContext(
        RedisServers servers,
        PositionStore store,
        TableKeys keys,
        LakeRows rows,
        ProjectorSettings settings,
        String holder) {

    /** Returns what deletes rows of the table. */
    RowWriter writer() {
        return new RowWriter(servers, keys.place(), List.of(), settings.tombstones());
    }

    /** Returns a writer of rows of this shape. */
    RowWriter writer(RowShape shape) {
        return writer(shape, RowWriter.Loading.FIELDS);
    }

    /** Returns a writer of rows of this shape. */
    RowWriter writer(RowShape shape, RowWriter.Loading loading) {
        List<String> fields = keys.place().isHash() ? shape.fields() : List.of();
        return new RowWriter(servers, keys.place(), fields, settings.tombstones(), loading);
    }

    /** Returns what brings changes to copies in other tables' rows. */
    FanOut fanOut() {
        return new FanOut(servers, keys.dependents());
    }

    /** Deletes every row of the generation that is older than {@code version}. */
    Applied sweep(RowWriter writer, byte[] version, Generation generation) {
        Applied[] applied = {Applied.EMPTY};
        keys.scan(servers, keys.template().glob(generation), portion -> {
            portion.forEach(key -> writer.sweep(version, key));
            applied[0] = applied[0].plus(writer.drain());
        });
        return applied[0];
    }
}
