package io.firn.e2e.source;

import io.firn.catalog.ChangeLogCommit;
import io.firn.catalog.CommitReceipt;
import io.firn.catalog.Cut;
import io.firn.catalog.SourcePosition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;

/** Commits cuts to a log in memory: only a commit mints the receipt without which no source lets go of anything. */
final class Receipts {
    private final Table log;
    private Cut last = Cut.NONE;

    Receipts() {
        InMemoryCatalog catalog = new InMemoryCatalog();
        catalog.initialize("receipts", Map.of());
        catalog.createNamespace(Namespace.of("t"));
        log = catalog.createTable(
                TableIdentifier.of("t", "log"),
                new Schema(Types.NestedField.required(1, "id", Types.LongType.get())),
                PartitionSpec.unpartitioned());
    }

    List<CommitReceipt> upTo(SourcePosition position) {
        Cut cut = new Cut(last.number() + 1, 0, Instant.EPOCH, last.upTo(), position, List.of("log"), List.of());
        CommitReceipt receipt = ChangeLogCommit.append(log, List.of(), cut, last);
        last = cut;
        return List.of(receipt);
    }
}
