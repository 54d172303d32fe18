package io.firn.catalog.config;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is told what the service does.
 *
 * @param traces null when nobody is sent any
 */
public record TelemetryConfig(@Nullable TracesConfig traces) {

    /**
     * Where OpenTelemetry's spans go, over HTTP.
     *
     * @param endpoint the collector's address for traces, whole
     * @param headers what each request carries besides
     * @param service what the process calls itself
     */
    public record TracesConfig(URI endpoint, Map<String, Secret> headers, String service) {
        public TracesConfig {
            headers = Map.copyOf(headers);
        }

        /** The headers in clear. */
        public Map<String, String> clearHeaders() {
            Map<String, String> clear = new TreeMap<>();
            headers.forEach((name, value) -> clear.put(name, value.value()));
            return clear;
        }
    }
}
