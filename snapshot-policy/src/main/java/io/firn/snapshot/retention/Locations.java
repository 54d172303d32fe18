package io.firn.snapshot.retention;

import io.firn.catalog.LocalFileIO;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** Different spellings of one location: {@code file:/a}, {@code file:///a} and {@code /a}, or S3's schemes. */
final class Locations {
    private Locations() {}

    static String normal(String location) {
        if (LocalFileIO.handles(location)) {
            return LocalFileIO.path(location).toString();
        }
        return location.replaceFirst("^s3[an]:", "s3:");
    }

    static Set<String> normal(Collection<String> locations) {
        return locations.stream().map(Locations::normal).collect(Collectors.toSet());
    }
}
