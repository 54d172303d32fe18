package io.firn.catalog.config;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The folder of the configuration file; relative paths in the file begin there. */
record Folder(Path path) {

    private static final String SQLITE = "jdbc:sqlite:";
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):.*");
    private static final Pattern FILE = Pattern.compile("file:(?://)?(.*)");

    Folder {
        path = path.toAbsolutePath().normalize();
    }

    Path resolve(String text) {
        return path.resolve(text).normalize();
    }

    /** A location as a URI: readers such as Trino refuse bare paths in table metadata. */
    String location(String text) {
        Matcher file = FILE.matcher(text);
        if (!file.matches() && SCHEME.matcher(text).matches()) {
            return text;
        }
        return "file:" + resolve(file.matches() ? file.group(1) : text);
    }

    /** A catalog address, with the path of a SQLite file made absolute. */
    String catalogUri(String uri) {
        String rest = uri.startsWith(SQLITE) ? uri.substring(SQLITE.length()) : "";
        if (rest.isEmpty() || rest.startsWith(":") || rest.startsWith("file:")) {
            return uri;
        }
        int query = rest.indexOf('?');
        String database = query < 0 ? rest : rest.substring(0, query);
        return SQLITE + resolve(database) + (query < 0 ? "" : rest.substring(query));
    }
}
