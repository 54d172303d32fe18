package io.firn.engine.debezium;

import io.firn.catalog.ChangeLogCommit;
import io.firn.catalog.CommitReceipt;
import io.firn.catalog.Cut;
import io.firn.catalog.SourcePosition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;

/** Receipts of commits to a log in memory. */
final class Receipts {
    private Receipts() {}

    static List<CommitReceipt> upTo(SourcePosition position) {
        InMemoryCatalog catalog = new InMemoryCatalog();
        catalog.initialize("receipts", Map.of());
        catalog.createNamespace(Namespace.of("t"));
        Table log = catalog.createTable(
                TableIdentifier.of("t", "log"), new Schema(Types.NestedField.required(1, "id", Types.LongType.get())));
        Cut cut = new Cut(1, 0, Instant.EPOCH, SourcePosition.EMPTY, position, List.of("log"), List.of());
        return List.of(ChangeLogCommit.append(log, List.of(), cut, Cut.NONE));
    }
}
