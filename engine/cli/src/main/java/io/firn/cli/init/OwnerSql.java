package io.firn.cli.init;

import io.firn.workbench.Sql;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes what the owner of the database has to run, once. */
final class OwnerSql {
    private final ProjectSettings settings;
    private final String database;

    OwnerSql(ProjectSettings settings, String database) {
        this.settings = settings;
        this.database = database;
    }

    /** @param walLevel the server's, where it is not the one that is needed; otherwise null */
    String text(List<TableFacts> tables, @Nullable String walLevel) {
        List<TableFacts> usable =
                tables.stream().filter(table -> !table.key().isEmpty()).toList();
        StringBuilder sql =
                new StringBuilder("-- Made by firn init. To be run by the owner of the tables, or a superuser.\n");
        if (walLevel != null) {
            sql.append("\n-- The server must write a logical log (it is '%s' now); this needs a restart.\n"
                    .formatted(walLevel));
            sql.append("ALTER SYSTEM SET wal_level = 'logical';\n");
        }
        sql.append("""

                -- A replication slot keeps the log that its reader has not confirmed. Bounded, a reader that stays away too long
                -- has to load again, and the disk does not fill up:
                -- ALTER SYSTEM SET max_slot_wal_keep_size = '50GB';

                -- The role that Firn logs in as; it may read these tables and their changes, and nothing else.
                -- Give it a password: ALTER ROLE %1$s PASSWORD '...';
                -- (Amazon RDS has no REPLICATION for roles: use CREATE ROLE %1$s LOGIN; GRANT rds_replication TO %1$s;)
                CREATE ROLE %1$s LOGIN REPLICATION;
                GRANT CONNECT ON DATABASE %2$s TO %1$s;
                """.formatted(Sql.identifier(settings.user()), Sql.identifier(database)));
        schemas(usable)
                .forEach(schema -> sql.append("GRANT USAGE ON SCHEMA %s TO %s;\n"
                        .formatted(Sql.identifier(schema), Sql.identifier(settings.user()))));
        for (TableFacts table : usable) {
            List<String> readable = new ArrayList<>(List.of(table.source().name()));
            readable.addAll(table.partitions());
            sql.append("GRANT SELECT ON %s TO %s;\n".formatted(names(readable), Sql.identifier(settings.user())));
        }
        sql.append(identities(usable));
        if (!usable.isEmpty()) {
            sql.append("\n-- Which tables' changes are sent.\n")
                    .append("CREATE PUBLICATION %s FOR TABLE %s\n  WITH (publish_via_partition_root = true);\n"
                            .formatted(
                                    Sql.identifier(settings.slot()),
                                    names(usable.stream()
                                            .map(table -> table.source().name())
                                            .toList())));
        }
        return sql.toString();
    }

    private static Set<String> schemas(List<TableFacts> tables) {
        Set<String> schemas = new LinkedHashSet<>();
        tables.forEach(table -> {
            schemas.add(schema(table.source().name()));
            table.partitions().forEach(partition -> schemas.add(schema(partition)));
        });
        return schemas;
    }

    private static String schema(String table) {
        return table.substring(0, table.indexOf('.'));
    }

    private static String identities(List<TableFacts> tables) {
        StringBuilder sql = new StringBuilder("""

                -- With REPLICA IDENTITY FULL the change log also has every row as it was before a change, at the price of a
                -- larger log in PostgreSQL. Tables without a primary key need it; for the others it is a choice.
                """);
        for (TableFacts table : tables) {
            boolean needed = table.source().key().isEmpty();
            List<String> names = new ArrayList<>(List.of(table.source().name()));
            names.addAll(table.partitions());
            names.forEach(name -> sql.append(
                    "%sALTER TABLE %s REPLICA IDENTITY FULL;\n".formatted(needed ? "" : "-- ", quoted(name))));
        }
        return sql.toString();
    }

    private static String names(List<String> tables) {
        return tables.stream().map(OwnerSql::quoted).collect(Collectors.joining(", "));
    }

    /** @param table with its schema */
    static String quoted(String table) {
        int dot = table.indexOf('.');
        return Sql.identifier(table.substring(0, dot)) + "." + Sql.identifier(table.substring(dot + 1));
    }
}
