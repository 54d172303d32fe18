package io.firn.cli.page;

import com.sun.net.httpserver.HttpExchange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was asked.
 *
 * @param authorization the header of that name; null when it is missing
 * @param fromThisHost whether it came over the loopback interface and asked for this host by its own name, which a page
 *     from elsewhere cannot make a browser do
 */
record Request(
        String method,
        String path,
        Map<String, String> parameters,
        @Nullable String authorization,
        boolean fromThisHost) {
    private static final Set<String> THIS_HOST = Set.of("localhost", "127.0.0.1", "[::1]");

    Request {
        parameters = Map.copyOf(parameters);
    }

    static Request of(HttpExchange exchange) {
        return new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                parameters(exchange.getRequestURI().getRawQuery()),
                exchange.getRequestHeaders().getFirst("Authorization"),
                exchange.getRemoteAddress().getAddress().isLoopbackAddress()
                        && THIS_HOST.contains(host(exchange.getRequestHeaders().getFirst("Host"))));
    }

    private static String host(@Nullable String header) {
        return header == null ? "" : header.replaceFirst(":\\d+$", "");
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                String[] parts = pair.split("=", 2);
                parameters.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
