package io.firn.cli.init;

import io.firn.catalog.config.SourceType;
import java.util.Locale;

/**
 * What the user decided.
 *
 * @param url the database's, without login
 * @param user the role that Firn will log in as
 * @param namespace of the lake's tables
 * @param topicPrefix names the topics, the replication slot and the publication
 */
record ProjectSettings(SourceType type, String url, String user, String namespace, String topicPrefix) {
    private static final int LONGEST_NAME = 63;

    /** The name of the replication slot and of the publication. */
    String slot() {
        String name = "firn_" + topicPrefix.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
        return name.substring(0, Math.min(name.length(), LONGEST_NAME));
    }
}
