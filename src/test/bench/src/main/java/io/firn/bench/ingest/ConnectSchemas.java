package io.firn.bench.ingest;

import java.util.ArrayList;
import java.util.List;

/** The schemas that Kafka Connect's JSON converter writes for the messages of the workload. */
final class ConnectSchemas {

    static final String TRANSACTION_KEY = struct("io.debezium.connector.common.TransactionMetadataKey", text("id"));

    static final String TRANSACTION_VALUE = struct(
            "io.debezium.connector.common.TransactionMetadataValue",
            text("status"),
            text("id"),
            optional("int64", "event_count"),
            """
            {"type":"array","items":{"type":"struct","fields":[%s,%s],"optional":true,"name":"event.collection",\
            "version":1},"optional":true,"field":"data_collections"}""".formatted(text("data_collection"), required("int64", "event_count")),
            required("int64", "ts_ms"));

    private ConnectSchemas() {}

    static String key(String prefix) {
        return """
                {"type":"struct","fields":[%s],"optional":false,"name":"%s.public.product.Key"}""".formatted(required("int64", "product_id"), prefix);
    }

    static String value(String prefix, Decimals decimals) {
        String row = fields(columns(decimals));
        return """
                {"type":"struct","fields":[%s,%s,%s,%s,%s,%s,%s,%s],"optional":false,\
                "name":"%s.public.product.Envelope","version":2}""".formatted(
                        nested(row, prefix + ".public.product.Value", "before"),
                        nested(row, prefix + ".public.product.Value", "after"),
                        source(),
                        transaction(),
                        text("op"),
                        optional("int64", "ts_ms"),
                        optional("int64", "ts_us"),
                        optional("int64", "ts_ns"),
                        prefix);
    }

    private static List<String> columns(Decimals decimals) {
        List<String> columns = new ArrayList<>(List.of(required("int64", "product_id")));
        for (String name : List.of("sku", "title", "brand", "category")) {
            columns.add(text(name));
        }
        columns.add(price(decimals));
        columns.add(text("currency"));
        columns.add(text("inventory_status"));
        columns.add(required("boolean", "featured"));
        columns.add(required("int32", "warehouse"));
        columns.add(required("int32", "weight_g"));
        columns.add("""
                {"type":"string","optional":false,"name":"io.debezium.time.ZonedTimestamp","version":1,\
                "field":"updated_at"}""");
        return columns;
    }

    private static String price(Decimals decimals) {
        return switch (decimals) {
            case STRING -> text("price");
            case PRECISE -> """
                    {"type":"bytes","optional":false,"name":"org.apache.kafka.connect.data.Decimal","version":1,\
                    "parameters":{"scale":"2","connect.decimal.precision":"12"},"field":"price"}""";
        };
    }

    private static String source() {
        String snapshot = """
                {"type":"string","optional":true,"name":"io.debezium.data.Enum","version":1,"parameters":{"allowed":\
                "true,first,first_in_data_collection,last_in_data_collection,last,false,incremental"},\
                "default":"false","field":"snapshot"}""";
        List<String> source = List.of(
                text("version"),
                text("connector"),
                text("name"),
                required("int64", "ts_ms"),
                snapshot,
                text("db"),
                optional("string", "sequence"),
                optional("int64", "ts_us"),
                optional("int64", "ts_ns"),
                text("schema"),
                text("table"),
                optional("int64", "txId"),
                optional("int64", "lsn"),
                optional("int64", "xmin"),
                optional("string", "origin"),
                optional("int64", "origin_lsn"));
        return """
                {"type":"struct","fields":[%s],"optional":false,"name":"io.debezium.connector.postgresql.Source",\
                "version":1,"field":"source"}""".formatted(fields(source));
    }

    private static String transaction() {
        return """
                {"type":"struct","fields":[%s,%s,%s],"optional":true,"name":"event.block","version":1,\
                "field":"transaction"}""".formatted(text("id"), required("int64", "total_order"), required("int64", "data_collection_order"));
    }

    private static String struct(String name, String... fields) {
        return """
                {"type":"struct","fields":[%s],"optional":false,"name":"%s","version":1}""".formatted(fields(List.of(fields)), name);
    }

    private static String nested(String fields, String name, String field) {
        return """
                {"type":"struct","fields":[%s],"optional":true,"name":"%s","field":"%s"}""".formatted(fields, name, field);
    }

    private static String fields(List<String> fields) {
        return String.join(",", fields);
    }

    private static String text(String field) {
        return required("string", field);
    }

    private static String required(String type, String field) {
        return """
                {"type":"%s","optional":false,"field":"%s"}""".formatted(type, field);
    }

    private static String optional(String type, String field) {
        return """
                {"type":"%s","optional":true,"field":"%s"}""".formatted(type, field);
    }
}
