package io.firn.cli.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A collector of traces: takes OTLP over HTTP, and reads of Protobuf what a span is made of.
 *
 * @see <a
 *     href="https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto">trace.proto</a>
 */
final class OtlpReceiver implements AutoCloseable {
    private final HttpServer http;
    private final List<Message> spans = new CopyOnWriteArrayList<>();
    private final List<String> headers = new CopyOnWriteArrayList<>();

    OtlpReceiver() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/v1/traces", this::take);
        http.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/v1/traces");
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            headers.add(String.valueOf(exchange.getRequestHeaders().getFirst("api-key")));
            Message request = new Message(exchange.getRequestBody().readAllBytes());
            for (Message resource : request.messages(1)) {
                resource.messages(2).forEach(scope -> spans.addAll(scope.messages(2)));
            }
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    /** The {@code api-key} of each request. */
    List<String> headers() {
        return List.copyOf(headers);
    }

    /**
     * A span.
     *
     * @param parent the name of the span it is in; empty when it is in none
     * @param events the names of what happened in it
     * @param error what it failed with; empty when it did not
     */
    record Span(
            String parent,
            String name,
            Map<String, Object> attributes,
            List<String> events,
            String error,
            long nanos) {}

    /** What has come, in no order. */
    List<Span> spans() {
        Map<String, String> names = new HashMap<>();
        spans.forEach(span -> names.put(hex(span.bytes(2)), span.text(5)));
        return spans.stream()
                .map(span -> new Span(
                        names.getOrDefault(hex(span.bytes(4)), ""),
                        span.text(5),
                        attributes(span),
                        span.messages(11).stream().map(event -> event.text(2)).toList(),
                        span.messages(15).stream()
                                .map(status -> status.text(2))
                                .findFirst()
                                .orElse(""),
                        span.number(8) - span.number(7)))
                .toList();
    }

    private static Map<String, Object> attributes(Message span) {
        Map<String, Object> attributes = new TreeMap<>();
        for (Message pair : span.messages(9)) {
            Message value = pair.messages(2).get(0);
            attributes.put(pair.text(1), value.value());
        }
        return attributes;
    }

    private static String hex(byte[] bytes) {
        return Arrays.toString(bytes);
    }

    @Override
    public void close() {
        http.stop(0);
    }

    /** The fields of a Protobuf message by number; numbers as Long, all else as bytes. */
    private static final class Message {
        private final Map<Integer, List<Object>> fields = new TreeMap<>();

        Message(byte[] bytes) {
            ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            while (in.hasRemaining()) {
                long tag = varint(in);
                Object value = switch ((int) (tag & 7)) {
                    case 0 -> varint(in);
                    case 1 -> in.getLong();
                    case 2 -> taken(in, (int) varint(in));
                    case 5 -> (long) in.getInt();
                    default -> throw new IllegalArgumentException("wire type " + (tag & 7));
                };
                fields.computeIfAbsent((int) (tag >>> 3), any -> new ArrayList<>())
                        .add(value);
            }
        }

        private static long varint(ByteBuffer in) {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = in.get();
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }

        private static byte[] taken(ByteBuffer in, int length) {
            byte[] bytes = new byte[length];
            in.get(bytes);
            return bytes;
        }

        List<Message> messages(int field) {
            return fields.getOrDefault(field, List.of()).stream()
                    .map(bytes -> new Message((byte[]) bytes))
                    .toList();
        }

        byte[] bytes(int field) {
            return (byte[]) fields.getOrDefault(field, List.of(new byte[0])).get(0);
        }

        String text(int field) {
            return new String(bytes(field), StandardCharsets.UTF_8);
        }

        long number(int field) {
            return (Long) fields.getOrDefault(field, List.of(0L)).get(0);
        }

        /** As an {@code AnyValue}: a text, a number, or a list of texts. */
        Object value() {
            if (fields.containsKey(5)) {
                return messages(5).stream()
                        .flatMap(list -> list.messages(1).stream())
                        .map(each -> each.text(1))
                        .toList();
            }
            return fields.containsKey(1) ? text(1) : number(3);
        }
    }
}
