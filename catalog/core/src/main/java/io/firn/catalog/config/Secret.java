package io.firn.catalog.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A text that never shows itself: its {@link #toString()} is a mask. */
public record Secret(String value) {

    static final String MASK = "***";

    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i)password|passwd|secret|token|credential|jaas|private|access-key");
    private static final Pattern USER_INFO = Pattern.compile("(//[^/@:]*):[^/@]*@");
    private static final Pattern PARAMETER =
            Pattern.compile("(?i)([?&;][^=&;]*(?:password|secret|token)[^=&;]*=)[^&;]*");

    @Override
    public String toString() {
        return MASK;
    }

    /** The properties, with the values of those whose names look like secrets masked, sorted by name. */
    public static Map<String, String> mask(Map<String, String> properties) {
        Map<String, String> masked = new TreeMap<>(properties);
        masked.replaceAll((name, value) -> SECRET_NAME.matcher(name).find() ? MASK : maskUri(value));
        return masked;
    }

    /** The address, without the password it may carry in its user part or in a parameter. */
    public static String maskUri(String uri) {
        return PARAMETER
                .matcher(USER_INFO.matcher(uri).replaceAll("$1:" + MASK + "@"))
                .replaceAll("$1" + MASK);
    }
}
