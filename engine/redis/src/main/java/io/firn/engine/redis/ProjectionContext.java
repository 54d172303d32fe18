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
        RowPlace place = keys.place();
        List<String> fields = place.isHash() ? shape.fields() : List.of();
        boolean canRestore = place.isHashOfItsOwn() && Dumps.areTakenBy(servers);
        RowWriter.Hashes hashes = canRestore ? RowWriter.Hashes.AS_DUMPS : RowWriter.Hashes.BY_FIELDS;
        return new RowWriter(servers, place, fields, settings.tombstones(), hashes);
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
