package io.firn.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.firn.catalog.ChangeLogCommit;
import io.firn.catalog.CommitReceipt;
import io.firn.catalog.CurrentTableCommit;
import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.RowChanges;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.SourceTable;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.telemetry.Traces;
import io.firn.engine.ingest.IngestListener;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a collector of traces hears of the service. */
class TracesTest {
    private static final String CONFIG = """
            lake: { namespace: atlas }
            source: { bootstrap-servers: "localhost:1" }
            tables:
              product: { source: public.product, key: [id], sort-by: [id] }
            snapshots: { zone: UTC, close: marker }
            telemetry: { traces: %s }
            """;

    @TempDir
    private Path folder;

    private final OtlpReceiver receiver = new OtlpReceiver();

    TracesTest() throws Exception {}

    @AfterEach
    void close() {
        receiver.close();
    }

    private FirnConfig config(String traces) throws Exception {
        return ConfigLoader.load(
                Files.writeString(folder.resolve("firn.yaml"), CONFIG.formatted(traces)), Map.of("KEY", "secret"));
    }

    private FirnConfig config() throws Exception {
        return config("{ endpoint: \"%s\", headers: { api-key: \"${KEY}\" } }".formatted(receiver.endpoint()));
    }

    @Test
    void aCutIsASpanWithOneForEachStepOfEachTable() throws Exception {
        FirnConfig config = config();
        try (Lake lake = Lake.open(config.lake());
                Traces traces = Traces.open(config.telemetry().traces())) {
            define(config, lake);
            commit(lake, traces.ofCuts().orElseThrow(), 1, RowChanges.NONE, "day-2026-11-20");
        }

        assertThat(receiver.headers()).contains("secret");
        assertThat(receiver.spans())
                .extracting(OtlpReceiver.Span::parent, OtlpReceiver.Span::name)
                .containsExactlyInAnyOrder(
                        tuple("", "firn.cut"), tuple("firn.cut", "firn.log"), tuple("firn.cut", "firn.apply"));
        assertThat(receiver.spans()).allSatisfy(span -> {
            assertThat(span.nanos()).isPositive();
            assertThat(span.error()).isEmpty();
        });
        assertThat(span("firn.cut").attributes())
                .containsEntry("firn.cut", 1L)
                .containsEntry("firn.changes", 3L)
                .containsEntry("firn.tables", List.of("product"))
                .containsEntry("firn.closes", List.of("day-2026-11-20"));
        assertThat(span("firn.apply").attributes()).containsEntry("firn.table", "product");
    }

    private OtlpReceiver.Span span(String name) {
        return receiver.spans().stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void define(FirnConfig config, Lake lake) {
        TableDefinition definition = TableDefinition.of(
                "product",
                config.table("product"),
                new SourceTable("public.product", List.of(new SourceColumn("id", "bigint", true)), List.of("id")));
        lake.currentTable(definition);
        lake.changeLog(definition);
    }

    /** As the writer does, step by step. */
    private static void commit(Lake lake, IngestListener listener, long number, RowChanges changes, String... closes)
            throws Exception {
        Cut cut = new Cut(
                number,
                number,
                Instant.EPOCH,
                SourcePosition.EMPTY,
                new SourcePosition(Map.of("t/0", Long.toString(number))),
                List.of("product"),
                List.of(closes));
        Table log = lake.table("product_changes");
        Table table = lake.table("product");
        listener.begins(cut, 3);
        listener.logging("product", cut);
        CommitReceipt logged = ChangeLogCommit.append(log, List.of(), cut, CutProperties.applied(log));
        listener.logged("product", logged, 3);
        listener.applying("product", cut);
        listener.applied("product", CurrentTableCommit.commit(table, table.currentSnapshot(), changes, cut));
        listener.finished(cut, 3);
    }

    @Test
    void jobsAreSpansThatSayWhatTheyDid() throws Exception {
        FirnConfig config = config();
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(duck, config.workbench());
                Traces traces = Traces.open(config.telemetry().traces())) {
            define(config, lake);
            List<DataFile> files = files(lake.table("product"), duck, 8);
            commit(
                    lake,
                    IngestListener.NONE,
                    1,
                    new RowChanges(files, List.of(), List.of(), List.of()),
                    "day-2026-11-20");
            Clock clock = Clock.systemUTC();
            Compacting compacting = new Compacting(
                    config, lake, new Metrics(clock), clock, traces.tracer(), (table, added, commit) -> commit.run());
            traces.around("firn.compact", () -> compacting.run(() -> false));
            Housekeeping housekeeping = new Housekeeping(config, lake, workbench, clock);
            traces.around("firn.days", () -> housekeeping.run(() -> false));
        }

        assertThat(span("firn.compact.table"))
                .returns("firn.compact", OtlpReceiver.Span::parent)
                .satisfies(span -> assertThat(span.attributes())
                        .containsEntry("firn.table", "product")
                        .containsEntry("firn.files_before", 8L)
                        .containsEntry("firn.files_after", 1L));
        assertThat(span("firn.days").events()).contains("entered into the ledger");
    }

    private List<DataFile> files(Table table, DuckDatabase duck, int number) throws Exception {
        ParquetOut out = new ParquetOut(table, "test", FileSettings.of(table), folder.resolve("upload"));
        try (DuckDBConnection connection = duck.connect()) {
            return IntStream.range(0, number)
                    .mapToObj(id -> out.write(connection, "SELECT %d::BIGINT AS id".formatted(id))
                            .orElseThrow())
                    .toList();
        }
    }

    @Test
    void whatFailsIsAnErrorWithItsReason() throws Exception {
        FirnException failure = new FirnException(ErrorCode.SOURCE_UNAVAILABLE, "the broker is away");
        try (Traces traces = Traces.open(config().telemetry().traces())) {
            assertThatThrownBy(() -> traces.around("firn.checks", () -> {
                        throw failure;
                    }))
                    .isSameAs(failure);
            IngestListener cuts = traces.ofCuts().orElseThrow();
            Cut cut = Cut.NONE;
            cuts.begins(cut, 1);
            cuts.logging("price", cut);
            cuts.failed(cut, failure);
        }

        assertThat(receiver.spans())
                .hasSize(3)
                .extracting(OtlpReceiver.Span::error)
                .containsOnly("the broker is away");
    }

    @Test
    void withoutACollectorNoneAreMade() throws Exception {
        FirnConfig config = ConfigLoader.load(
                Files.writeString(
                        folder.resolve("firn.yaml"),
                        CONFIG.lines()
                                .filter(line -> !line.startsWith("telemetry"))
                                .collect(Collectors.joining("\n"))),
                Map.of());
        try (Traces traces = Traces.open(config.telemetry().traces())) {
            assertThat(traces.ofCuts()).isEmpty();
            assertThat(traces.tracer().spanBuilder("firn.cut").startSpan().isRecording())
                    .isFalse();
        }
    }

    @Test
    void aCollectorThatIsAwayStopsNothingAndIsToldOnce() throws Exception {
        receiver.close();
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        Logger log = (Logger) LoggerFactory.getLogger("io.firn.cli.telemetry.Delivery");
        log.addAppender(said);
        try (Traces traces = Traces.open(config().telemetry().traces())) {
            traces.around("firn.compact", () -> {});
        } finally {
            log.detachAppender(said);
        }

        assertThat(said.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .singleElement()
                .asString()
                .startsWith("telemetry.traces: spans do not arrive at " + receiver.endpoint() + " and are dropped: ");
    }

    @Test
    void thePageNamesEverySpan() throws Exception {
        String page = Files.readString(Path.of("../../docs/operations.md"));
        TreeSet<String> named = Pattern.compile("\\| `(firn\\.[\\w.-]+)`")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named)
                .containsExactly(
                        "firn.apply",
                        "firn.checks",
                        "firn.compact",
                        "firn.compact.table",
                        "firn.cut",
                        "firn.days",
                        "firn.full-checks",
                        "firn.log");
    }
}
