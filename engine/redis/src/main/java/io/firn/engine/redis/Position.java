package io.firn.engine.redis;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a table's rows in Redis are, as Redis says it.
 *
 * @param origin names the data: when Redis was emptied and filled again it is another one; null when there is none
 * @param cut everything up to the end of this cut is applied; null while the first load is under way
 * @param snapshot the snapshot of the change log in which that cut was seen; null with the cut
 * @param generation the generation that readers use
 * @param rebuild the name of a rebuild that began and has not finished; null when there is none
 * @param table the identity of the lake's table, whose cuts are counted
 * @param key the template the keys were made by, and the form of the rows when it is not the usual
 * @param retire when generations before this one may be removed; null when there are none
 */
record Position(
        @Nullable String origin,
        @Nullable Long cut,
        @Nullable Long snapshot,
        Generation generation,
        @Nullable String rebuild,
        @Nullable String table,
        @Nullable String key,
        @Nullable Instant retire) {

    /** The fields of the hash, in the order of the record. */
    static final List<String> FIELDS = List.of("origin", "cut", "snapshot", "gen", "rebuild", "table", "key", "retire");

    /** Redis has nothing of the table. */
    static final Position NONE = new Position(null, null, null, Generation.NONE, null, null, null, null);

    /** @param answer to HMGET of {@link #FIELDS} */
    static Position of(List<?> answer) {
        Iterator<?> values = answer.iterator();
        String origin = RedisSession.text(values.next());
        Long cut = number(values.next());
        Long snapshot = number(values.next());
        String generation = RedisSession.text(values.next());
        String rebuild = RedisSession.text(values.next());
        String table = RedisSession.text(values.next());
        String key = RedisSession.text(values.next());
        Long retire = number(values.next());
        return new Position(
                origin,
                cut,
                snapshot,
                generation == null ? Generation.NONE : new Generation(generation),
                rebuild,
                table,
                key,
                retire == null ? null : Instant.ofEpochMilli(retire));
    }

    /**
     * Returns the position with what one server of a cluster says of itself: the lesser of both, and none that can be
     * gone on from when that server has other data, or none.
     */
    Position limitedBy(Position mark) {
        boolean same = origin != null && origin.equals(mark.origin);
        Long least = cut == null || mark.cut == null || !same ? null : (Long) Math.min(cut, mark.cut);
        Long known = least == null || !least.equals(cut) ? null : snapshot;
        return new Position(origin, least, known, generation, rebuild, table, key, retire);
    }

    private static @Nullable Long number(@Nullable Object answer) {
        String text = RedisSession.text(answer);
        return text == null ? null : Long.valueOf(text);
    }
}
