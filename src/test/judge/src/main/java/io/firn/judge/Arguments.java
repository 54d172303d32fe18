package io.firn.judge;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The command line: {@code [--uri JDBC_URI --warehouse LOCATION] [--conf KEY=VALUE]…}.
 *
 * @param lake the lake that is asked when a request names none; empty when every request must name one
 * @param conf Spark settings that come on top of the judge's own and win over them
 */
record Arguments(Optional<Lakes.Location> lake, Map<String, String> conf) {

    Arguments {
        conf = Map.copyOf(conf);
    }

    /** Throws {@link IllegalArgumentException} naming the argument that is not understood. */
    static Arguments parse(String... args) {
        Map<String, String> options = new LinkedHashMap<>();
        Map<String, String> conf = new LinkedHashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            String value = i + 1 < args.length ? args[i + 1] : rejected(args[i] + " needs a value");
            switch (args[i]) {
                case "--uri", "--warehouse" -> options.put(args[i], value);
                case "--conf" -> putSetting(conf, value);
                default -> rejected("Unknown argument " + args[i]);
            }
        }
        return new Arguments(lake(options), conf);
    }

    private static Optional<Lakes.Location> lake(Map<String, String> options) {
        String uri = options.get("--uri");
        String warehouse = options.get("--warehouse");
        if (uri == null && warehouse == null) {
            return Optional.empty();
        }
        return Optional.of(new Lakes.Location(
                uri == null ? rejected("--warehouse needs --uri") : uri,
                warehouse == null ? rejected("--uri needs --warehouse") : warehouse));
    }

    private static void putSetting(Map<String, String> conf, String setting) {
        int equals = setting.indexOf('=');
        if (equals < 1) {
            rejected("--conf needs KEY=VALUE but was " + setting);
        }
        conf.put(setting.substring(0, equals), setting.substring(equals + 1));
    }

    private static String rejected(String message) {
        throw new IllegalArgumentException(message);
    }
}
