package io.firn.bench.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/** Keeps the messages instead of sending them. */
final class Recording implements Changes {

    final List<String> events = new ArrayList<>();
    final List<String> transactions = new ArrayList<>();
    private final DebeziumJson json;

    Recording(Decimals decimals, Schemas schemas) {
        this.json = new DebeziumJson("atlas", decimals, schemas);
    }

    @Override
    public void row(int productId) {
        events.add(new String(json.row(productId, Bytes.utf8("true")), UTF_8));
    }

    @Override
    public void begin(Transaction transaction) {
        transactions.add(new String(json.begin(transaction), UTF_8));
    }

    @Override
    public void change(Change change) {
        events.add(new String(json.change(change), UTF_8));
    }

    @Override
    public void end(Transaction transaction) {
        transactions.add(new String(json.end(transaction), UTF_8));
    }
}
