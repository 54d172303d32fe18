package io.firn.engine.debezium;

import java.util.EnumMap;
import java.util.Map;

/**
 * One value of one PostgreSQL type, and what becomes of it with a connector in each mode.
 *
 * @param type as a column is declared
 * @param literal as SQL
 * @param refused why the value goes to quarantine, by mode; in the other modes it arrives as it is
 * @param lost modes in which the connector itself replaces the value before it is sent
 */
record TypeCase(String type, String literal, Map<Mode, String> refused, Map<Mode, String> lost) {
    /** The connector's settings, as far as they decide how values are written. */
    enum Mode {
        /** decimal precise, time adaptive, interval numeric, hstore json, binary bytes: Debezium's defaults. */
        DEFAULT("precise", "adaptive", "numeric", "json", "bytes"),
        /** decimal string, time adaptive_time_microseconds, interval string, hstore map, binary base64. */
        STRING("string", "adaptive_time_microseconds", "string", "map", "base64"),
        /** decimal double, time isostring, interval string, hstore json, binary hex. */
        DOUBLE("double", "isostring", "string", "json", "hex"),
        /** decimal string, time connect, interval string, hstore map, binary base64-url-safe. */
        CONNECT("string", "connect", "string", "map", "base64-url-safe"),
        /** The connector in this process. */
        IN_PROCESS("string", "microseconds", "string", "json", "bytes");

        final String decimals;
        final String times;
        final String intervals;
        final String hstore;
        final String binary;

        Mode(String decimals, String times, String intervals, String hstore, String binary) {
            this.decimals = decimals;
            this.times = times;
            this.intervals = intervals;
            this.hstore = hstore;
            this.binary = binary;
        }
    }

    static TypeCase of(String type, String literal) {
        return new TypeCase(type, literal, Map.of(), Map.of());
    }

    TypeCase refusedEverywhere(String reason) {
        TypeCase refusing = this;
        for (Mode mode : Mode.values()) {
            refusing = refusing.refused(mode, reason);
        }
        return refusing;
    }

    TypeCase refused(Mode mode, String reason) {
        return new TypeCase(type, literal, with(refused, mode, reason), lost);
    }

    TypeCase lost(Mode mode, String arrivesAs) {
        return new TypeCase(type, literal, refused, with(lost, mode, arrivesAs));
    }

    private static Map<Mode, String> with(Map<Mode, String> map, Mode mode, String text) {
        Map<Mode, String> more = new EnumMap<>(Mode.class);
        more.putAll(map);
        more.put(mode, text);
        return more;
    }
}
