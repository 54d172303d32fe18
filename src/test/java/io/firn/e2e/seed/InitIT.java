package io.firn.e2e.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.e2e.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code firn init} writes for a database is what the other commands need. */
class InitIT extends FreshDatabase {
    @Test
    void everyTypeIsLoadedAsPostgresPrintsItAndAsItsChangesBringIt() throws Exception {
        database.run(
                "CREATE TYPE mood AS ENUM ('glad', 'sad''ly')",
                "CREATE DOMAIN positive AS numeric(9,3) CHECK (VALUE > 0)",
                """
                CREATE TABLE types (id int PRIMARY KEY, s smallint, b bigint, r real, d double precision,
                  n numeric(38,10), free numeric, p positive, flag boolean, day date, t timestamp, t3 timestamp(3),
                  tz timestamptz, clock time, i interval, bytes bytea, j json, jb jsonb, u uuid, net inet,
                  c char(5), v varchar(9), m mood, cash money, bits bit(3), place point, texts text[], ints int[],
                  prices numeric(10,2)[], blobs bytea[], times timestamptz[], flags boolean[], "Odd ""name" text)
                """,
                """
                INSERT INTO types VALUES (1, -32768, 9223372036854775807, 'NaN', '-Infinity',
                  1234567890123456789012345678.0123456789, 1e-30, 0.001, true, '0001-01-01', '9999-12-31 23:59:59.999999',
                  '2026-02-28 01:02:03.004', '1969-12-31 23:59:59.999999+00', '24:00:00',
                  '1 year -2 days 03:04:05.6', '\\x00ff22', '{"a": [1, "x\\ny"]}', '{"b": null}',
                  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '10.0.0.0/8', 'ab', E'q"\\n,', 'sad''ly', -1234.56, B'101', '(1,2)',
                  ARRAY['a"b', NULL, '', 'c,d\\'], ARRAY[1,NULL,-3], ARRAY[1.10,99999999.99], ARRAY['\\x01'::bytea, NULL],
                  ARRAY['2026-01-01 00:00:00+03'::timestamptz], ARRAY[true,false], 'odd')
                """,
                "INSERT INTO types (id, v, texts, bytes) VALUES (2, '', '{}', '')",
                "INSERT INTO types (id, r, d, cash, c) VALUES (3, 1.1, 0.1, 92233720368547758.07, '')");
        Path yaml = folder.resolve("types/firn.yaml");
        CommandRun init = CommandRun.of(
                Map.of(),
                "-c",
                yaml.toString(),
                "init",
                "--url",
                database.url(),
                "--login",
                "postgres",
                "--role",
                "postgres",
                "--topic-prefix",
                prefix);
        assertThat(init.exitCode()).as(init.err()).isZero();
        for (String command :
                new String[] {"seed", "verify --patience 0", "change", "ingest --until-caught-up", "verify --patience 0"
                }) {
            if (command.equals("change")) {
                database.run("UPDATE types SET s = coalesce(s, 0) + 1");
                continue;
            }
            CommandRun run =
                    CommandRun.of(Map.of("FIRN_PG_PASSWORD", "none"), ("-c " + yaml + " " + command).split(" "));
            assertThat(run.exitCode())
                    .as(command + ": " + run.out() + run.err())
                    .isZero();
        }
    }

    @Test
    void whatInitWritesIsEnoughForARoleThatMayDoNothingElse() throws Exception {
        database.run(
                "DROP TABLE line",
                "CREATE TABLE line (item bigint, number int, note text, PRIMARY KEY (item, number)) PARTITION BY HASH (item)",
                "CREATE TABLE line_a PARTITION OF line FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
                "CREATE TABLE line_b PARTITION OF line FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
                "INSERT INTO line SELECT i / 3, i % 3, 'note' FROM generate_series(1, 2000) AS i",
                "CREATE TABLE remark (text text, at time)");
        Path yaml = folder.resolve("new/firn.yaml");
        String plainUrl = database.url().replace("?user=postgres", "");
        CommandRun init = CommandRun.of(
                Map.of(),
                "-c",
                yaml.toString(),
                "init",
                "--url",
                plainUrl,
                "--login",
                "postgres",
                "--role",
                "role_" + prefix,
                "--topic-prefix",
                prefix,
                "--source",
                "postgres");
        assertThat(init.exitCode()).as(init.err()).isZero();
        assertThat(init.err()).contains("public.remark has no key and is left out: see firn.yaml");
        assertThat(Files.readString(yaml)).contains("Column at: time without time zone becomes text");
        database.run(Files.readString(yaml.resolveSibling("firn-owner.sql")));
        database.run("ALTER ROLE role_%s PASSWORD 'right'".formatted(prefix));
        askForPassword("role_" + prefix);
        Map<String, String> right = Map.of("FIRN_PG_PASSWORD", "right");
        for (String command : new String[] {"check", "seed", "ingest --until-caught-up", "verify --patience 0"}) {
            CommandRun run = CommandRun.of(right, ("-c " + yaml + " " + command).split(" "));
            assertThat(run.exitCode())
                    .as(command + ": " + run.out() + run.err())
                    .isZero();
        }
        for (String command : new String[] {"seed", "verify"}) {
            CommandRun run =
                    CommandRun.of(Map.of("FIRN_PG_PASSWORD", "wrong"), ("-c " + yaml + " " + command).split(" "));
            assertThat(run.exitCode()).as(command + ": " + run.err()).isEqualTo(2);
            assertThat(run.err())
                    .contains("refused the login of role_" + prefix)
                    .doesNotContain("wrong");
        }
        CommandRun again =
                CommandRun.of(Map.of(), "-c", yaml.toString(), "init", "--url", plainUrl, "--login", "postgres");
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("firn.yaml is there already; --overwrite replaces it");
    }

    private static void askForPassword(String role) throws Exception {
        Path file = serverFolder.resolve("postgres/pg_hba.conf");
        Files.writeString(file, "host all " + role + " all scram-sha-256\n" + Files.readString(file));
        server.text("SELECT pg_reload_conf()");
    }
}
