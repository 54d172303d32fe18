package io.firn.catalog.snowflake;

import io.firn.catalog.config.Secret;
import org.jspecify.annotations.Nullable;

/**
 * One statement that makes one thing so. Running it again changes nothing.
 *
 * @param part who may run it
 * @param kind what it makes, in Snowflake's words: {@code EXTERNAL VOLUME}
 * @param name what it is called, as its kind's SHOW prints it; for grants, to whom
 * @param sql the statement, with {@code <secret>} where a secret goes
 * @param secret what goes there; null when nothing does
 * @param presence how to find out whether it is there
 */
public record Step(
        Part part,
        String kind,
        String name,
        String sql,
        @Nullable Secret secret,
        Presence presence) {

    /** Stands in a statement for its secret. */
    static final String PLACEHOLDER = "<secret>";

    /** Whose rights a statement needs. */
    public enum Part {
        /** An account administrator's: done once. */
        ACCOUNT,
        /** Firn's own role's. */
        ROLE
    }

    /**
     * How to find out whether something is there already.
     *
     * @param show the statement that lists it and nothing else; empty when it is to be run every time
     */
    public record Presence(String show) {
        static final Presence ALWAYS_RUN = new Presence("");
    }

    static Step once(Part part, String kind, String name, String show, String sql) {
        return new Step(part, kind, name, sql, null, new Presence(show));
    }

    static Step always(Part part, String kind, String name, String sql) {
        return new Step(part, kind, name, sql, null, Presence.ALWAYS_RUN);
    }

    /** The statement as it is run. Never print it. */
    String statement() {
        return secret == null ? sql : sql.replace(SqlText.text(PLACEHOLDER), SqlText.text(secret.value()));
    }
}
