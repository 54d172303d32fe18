package io.firn.catalog.config;

import io.firn.catalog.config.TelemetryConfig.TracesConfig;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code telemetry}: what {@code firn run} tells collectors. */
final class TelemetryKeys {
    static final Key<String> ENDPOINT = Key.required(
            "endpoint",
            Types.matching(
                    "URL",
                    Pattern.compile("https?://[^\\s/]+/\\S*"),
                    "must be a URL with its path, as in http://localhost:4318/v1/traces,"),
            "The collector's address for traces, as in `http://localhost:4318/v1/traces`: OTLP over HTTP, in binary"
                    + " Protobuf.");
    static final Key<Map<String, String>> HEADERS = Key.optional(
            "headers",
            Types.PROPERTIES,
            "What each request carries besides, such as `{ api-key: \"${NAME}\" }`, which takes it from the"
                    + " environment.");
    static final Key<String> SERVICE =
            Key.optional("service", Types.TEXT, "firn", "The `service.name` under which the spans are found.");
    private static final Section TRACES = new Section(
                    "traces",
                    Section.Form.OPTIONAL,
                    "Where OpenTelemetry's spans go; left out, none are made. docs/operations.md names them.",
                    List.of(ENDPOINT, HEADERS, SERVICE),
                    List.of())
            .shortFor(ENDPOINT);
    static final Section TELEMETRY = new Section(
            "telemetry",
            Section.Form.ALWAYS,
            "What `firn run` tells collectors; metrics are at `service.listen`.",
            List.of(),
            List.of(TRACES));

    private TelemetryKeys() {}

    static TelemetryConfig build(Values telemetry) {
        return new TelemetryConfig(
                telemetry.findPart(TRACES).map(TelemetryKeys::traces).orElse(null));
    }

    private static TracesConfig traces(Values traces) {
        Map<String, Secret> headers = traces.find(HEADERS).orElse(Map.of()).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, header -> new Secret(header.getValue())));
        return new TracesConfig(URI.create(traces.of(ENDPOINT)), headers, traces.of(SERVICE));
    }
}
