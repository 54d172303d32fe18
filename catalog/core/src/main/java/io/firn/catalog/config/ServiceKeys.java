package io.firn.catalog.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code service}: how {@code firn run} shows itself and looks after itself. */
final class ServiceKeys {

    private static final Set<String> THIS_HOST = Set.of("localhost", "127.0.0.1", "[::1]");

    static final Key<String> LISTEN = Key.optional(
            "listen",
            Types.matching("host:port", Pattern.compile("\\S+:\\d{1,5}"), "must be host:port, as in 127.0.0.1:8484"),
            "127.0.0.1:8484",
            "Where the status page, `/metrics`, `/healthz` and `/readyz` are; port 0 takes any that is free.");
    static final Key<Secret> TOKEN = Key.optional(
            "token",
            Types.SECRET,
            "What a request must carry (`Authorization: Bearer …`, or once `?token=…`) when `listen` is not this host"
                    + " alone; write `${NAME}` to take it from the environment.");
    static final Key<ServiceConfig.LogFormat> LOG = Key.optional(
            "log",
            Types.oneOf(ServiceConfig.LogFormat.class),
            "text",
            "How `firn run` writes its log, one line for each commit: `text` or one `json` object a line.");
    static final Key<Optional<Duration>> VERIFY_EVERY = Key.optional(
            "verify-every",
            ValueType.of("duration or `never`", ServiceKeys::durationOrNever),
            "1d",
            "In which time `firn run` compares every table with PostgreSQL once, part by part, evenly spread; where"
                    + " `source.postgres` is configured.");
    static final Key<Long> VERIFY_PART_ROWS = Key.optional(
            "verify-part-rows",
            Types.COUNT,
            "1000000",
            "About how many rows are compared at a time, each part in a short transaction.");
    static final Section SERVICE = new Section(
            "service",
            Section.Form.ALWAYS,
            "How `firn run` shows itself and looks after itself.",
            List.of(LISTEN, TOKEN, LOG, VERIFY_EVERY, VERIFY_PART_ROWS),
            List.of());

    private ServiceKeys() {}

    static void check(Values service, Problems problems) {
        if (service.find(LISTEN).isEmpty()) {
            return;
        }
        String listen = service.of(LISTEN);
        if (port(listen) > 65_535) {
            problems.add(
                    service.line(LISTEN), service.path("listen") + " must have a port up to 65535 but was " + listen);
        }
        if (!THIS_HOST.contains(host(listen)) && service.find(TOKEN).isEmpty()) {
            problems.add(
                    service.line(LISTEN),
                    service.path("listen") + " is open to other hosts (" + listen + "), so " + service.path("token")
                            + " must be set");
        }
    }

    static ServiceConfig build(Values service) {
        String listen = service.of(LISTEN);
        return new ServiceConfig(
                host(listen),
                port(listen),
                service.find(TOKEN).orElse(null),
                service.of(LOG),
                service.of(VERIFY_EVERY).orElse(null),
                service.of(VERIFY_PART_ROWS));
    }

    private static Optional<Duration> durationOrNever(String text) {
        return text.equals("never") ? Optional.empty() : Optional.of(Units.duration(text));
    }

    private static String host(String listen) {
        return listen.substring(0, listen.lastIndexOf(':'));
    }

    private static int port(String listen) {
        return Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
    }
}
