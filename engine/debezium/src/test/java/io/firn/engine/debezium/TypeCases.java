package io.firn.engine.debezium;

import static io.firn.engine.debezium.TypeCase.Mode.CONNECT;
import static io.firn.engine.debezium.TypeCase.Mode.DEFAULT;
import static io.firn.engine.debezium.TypeCase.Mode.DOUBLE;
import static io.firn.engine.debezium.TypeCase.Mode.IN_PROCESS;
import static io.firn.engine.debezium.TypeCase.Mode.STRING;

import java.util.ArrayList;
import java.util.List;

/** Every type a shop's tables may have, with values that are easy to get wrong. */
final class TypeCases {
    static final List<String> SETUP = List.of(
            "CREATE EXTENSION hstore",
            "CREATE EXTENSION citext",
            "CREATE EXTENSION ltree",
            "CREATE TYPE mood AS ENUM ('sad', 'happy')",
            "CREATE TYPE pair AS (a int, b text)",
            "CREATE DOMAIN posint AS int CHECK (value > 0)");

    private static final String NO_PLACE = "has no place in decimal";
    private static final String YEARS = "is outside the years 0001 to 9999";
    private static final String SQUEEZED = "decimal.handling.mode must be precise or string";
    private static final String MICROS = "comes without its microseconds: time.precision.mode must not be connect";
    private static final String MONTHS = "has lost its months and days: interval.handling.mode must be string";
    private static final String DIMENSIONS =
            "every element is null, which is how an array of more than one dimension comes";

    private TypeCases() {}

    static List<TypeCase> all() {
        List<TypeCase> cases = new ArrayList<>();
        cases.addAll(numbers());
        cases.addAll(decimals());
        cases.addAll(times());
        cases.addAll(texts());
        cases.addAll(others());
        cases.addAll(arrays());
        return cases;
    }

    private static TypeCase of(String type, String literal) {
        return TypeCase.of(type, literal);
    }

    private static List<TypeCase> numbers() {
        return List.of(
                of("smallint", "-32768"),
                of("integer", "2147483647"),
                of("bigint", "9223372036854775807"),
                of("oid", "4294967295"),
                of("posint", "7"),
                of("boolean", "false"),
                of("real", "1.1"),
                of("real", "3.4028235e38"),
                of("real", "'NaN'"),
                of("double precision", "0.1"),
                of("double precision", "1e300"),
                of("double precision", "'-Infinity'"));
    }

    private static List<TypeCase> decimals() {
        return List.of(
                of("numeric(10,2)", "12.30"),
                of("numeric(10,2)", "-99999999.99"),
                of("numeric(10,2)", "'NaN'")
                        .refused(STRING, NO_PLACE)
                        .refused(CONNECT, NO_PLACE)
                        .refused(IN_PROCESS, NO_PLACE)
                        .refused(DOUBLE, NO_PLACE)
                        .lost(DEFAULT, "NULL"),
                of("numeric(38,10)", "1234567890123456789012345678.0123456789").refused(DOUBLE, SQUEEZED),
                of("numeric(40,3)", "1234567890123456789012345678901234567.123").refused(DOUBLE, SQUEEZED),
                of("numeric", "1.10").refused(DOUBLE, SQUEEZED).lost(DEFAULT, "1.1"),
                of("numeric", "123456789012345678901234567890123456789012345678901234567890")
                        .refused(DOUBLE, SQUEEZED),
                of("numeric", "'NaN'").refused(DOUBLE, SQUEEZED).lost(DEFAULT, "NULL"),
                of("numeric", "'-Infinity'").refused(DOUBLE, SQUEEZED).lost(DEFAULT, "NULL"),
                of("money", "-1234.50").refused(DOUBLE, SQUEEZED));
    }

    private static List<TypeCase> times() {
        return List.of(
                of("date", "'2026-11-20'"),
                of("date", "'0001-01-01'"),
                of("date", "'1500-03-01'"),
                of("date", "'9999-12-31'"),
                of("date", "'5874897-12-31'").refusedEverywhere(YEARS),
                of("date", "'infinity'").refusedEverywhere(YEARS),
                of("date", "'-infinity'").refusedEverywhere(YEARS),
                of("time", "'10:11:12.345678'").refused(CONNECT, MICROS),
                of("time", "'10:11:12.5'").refused(CONNECT, MICROS),
                of("time", "'24:00:00'").refused(CONNECT, MICROS).lost(DOUBLE, "00:00:00"),
                of("time(3)", "'10:11:12.345'"),
                of("timetz", "'10:11:12.345678+02'").refusedEverywhere("time with time zone comes without its zone"),
                of("timestamp", "'2026-11-20 10:11:12.345678'").refused(CONNECT, MICROS),
                of("timestamp", "'1500-01-01 00:00:00'").refused(CONNECT, MICROS),
                of("timestamp", "'0001-01-01 00:00:00'").refused(CONNECT, MICROS),
                of("timestamp", "'9999-12-31 23:59:59.999999'").refused(CONNECT, MICROS),
                of("timestamp", "'0044-03-15 BC'").refusedEverywhere(YEARS).refused(CONNECT, MICROS),
                of("timestamp", "'294276-12-31'").refusedEverywhere(YEARS).refused(CONNECT, MICROS),
                of("timestamp", "'infinity'").refusedEverywhere(YEARS).refused(CONNECT, MICROS),
                of("timestamp", "'-infinity'").refusedEverywhere(YEARS).refused(CONNECT, MICROS),
                of("timestamp(3)", "'2026-11-20 10:11:12.345'"),
                of("timestamp(0)", "'2026-11-20 10:11:12'"),
                of("timestamptz", "'2026-11-20 10:11:12.345678+02'"),
                of("timestamptz", "'1500-01-01 00:00:00Z'"),
                of("timestamptz", "'0044-03-15 00:00:00Z BC'").refusedEverywhere(YEARS),
                of("timestamptz", "'294276-12-31 00:00:00Z'").refusedEverywhere(YEARS),
                of("timestamptz", "'infinity'").refusedEverywhere(YEARS),
                of("timestamptz(3)", "'2026-11-20 10:11:12.345+02'"),
                of("interval", "'1 year 2 months 3 days 04:05:06.789'").refused(DEFAULT, MONTHS),
                of("interval", "'-1 month +3 days -00:00:00.5'").refused(DEFAULT, MONTHS),
                of("interval", "'14 months'").refused(DEFAULT, MONTHS),
                of("interval", "'-25 hours'").refused(DEFAULT, MONTHS),
                of("interval", "'0'").refused(DEFAULT, MONTHS));
    }

    private static List<TypeCase> texts() {
        return List.of(
                of("text", "E'a\\nb\\u20ac'"),
                of("text", "''"),
                of("varchar(10)", "'x'"),
                of("char(5)", "'ab'"),
                of("\"char\"", "'z'"),
                of("name", "'nm'"),
                of("citext", "'CaSe'"),
                of("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"),
                of("xml", "'<a>1</a>'"),
                of("json", "'{\"a\":  1}'"),
                of("jsonb", "'{\"b\": 1.0, \"a\": [null]}'"),
                of("mood", "'happy'"),
                of("ltree", "'a.b'"),
                of("tsvector", "'a fat cat'"));
    }

    private static List<TypeCase> others() {
        return List.of(
                of("bytea", "'\\x00deadbeefff'"),
                of("bytea", "''"),
                of("bit(1)", "B'1'"),
                of("bit(8)", "B'00000101'"),
                of("bit(12)", "B'100000000001'"),
                of("bit varying(10)", "B'0101'").refusedEverywhere("bit varying comes without its length"),
                of("inet", "'10.0.0.1/8'"),
                of("inet", "'::1'"),
                of("cidr", "'10.0.0.0/8'"),
                of("macaddr", "'08:00:2b:01:02:03'"),
                of("macaddr8", "'08:00:2b:01:02:03:04:05'"),
                of("int4range", "'[1,5)'"),
                of("int4range", "'empty'"),
                of("numrange", "'[1.5,)'"),
                of("tsrange", "'[2026-01-01,2026-02-01)'"),
                of("tstzrange", "'[2026-01-01Z,2026-02-01Z)'"),
                of("daterange", "'[2026-01-01,2026-02-01)'"),
                of("int4multirange", "'{[1,5),[7,9)}'"),
                of("point", "'(1.5,-2)'"),
                of("point", "'(1e20,0.00001)'"),
                of("point", "'(123456789012345,1e15)'"),
                of("line", "'{1,2.5,-3}'"),
                of("lseg", "'[(0,0),(1,1)]'"),
                of("box", "'(1,1),(0,0)'"),
                of("path", "'[(0,0),(1,1)]'"),
                of("polygon", "'((0,0),(1,1),(1,0))'"),
                of("circle", "'<(0,0),2>'"),
                of("hstore", "'a=>1, b=>NULL, \"c d\"=>\"\"'"),
                of("tsquery", "'fat & rat'"),
                of("pg_lsn", "'16/B374D848'"),
                of("jsonpath", "'$.a'"),
                of("regclass", "'pg_class'"),
                of("pair", "'(1,\"two, three\")'"));
    }

    private static List<TypeCase> arrays() {
        return List.of(
                of("integer[]", "'{1,NULL,3}'"),
                of("integer[]", "'{}'"),
                of("integer[]", "'{{1,2},{3,4}}'").refusedEverywhere(DIMENSIONS),
                of("smallint[]", "'{1}'"),
                of("bigint[]", "'{1}'"),
                of("text[]", "'{a,NULL,\"b,c\",\"\"}'"),
                of("varchar(5)[]", "'{x}'"),
                of("numeric(10,2)[]", "'{1.50,NULL}'"),
                of("numeric(10,2)[]", "'{NaN}'")
                        .lost(DEFAULT, "NULL")
                        .lost(STRING, "NULL")
                        .lost(DOUBLE, "NULL")
                        .lost(CONNECT, "NULL")
                        .lost(IN_PROCESS, "NULL"),
                of("numeric[]", "'{1.5,2.25}'").refused(DOUBLE, SQUEEZED),
                of("boolean[]", "'{t,f}'"),
                of("double precision[]", "'{1.5}'"),
                of("real[]", "'{1.5}'"),
                of("date[]", "'{2026-01-01}'"),
                of("timestamp[]", "'{\"2026-01-01 10:00:00.123456\"}'").refused(CONNECT, MICROS),
                of("timestamptz[]", "'{\"2026-01-01 10:00:00.123456Z\"}'"),
                of("time[]", "'{10:11:12}'").refused(CONNECT, MICROS),
                of("uuid[]", "'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'"),
                of("jsonb[]", "array['{\"a\":1}'::jsonb]"),
                of("mood[]", "'{happy}'"),
                of("inet[]", "'{10.0.0.1}'"),
                of("int4range[]", "array['[1,5)'::int4range]"));
    }
}
