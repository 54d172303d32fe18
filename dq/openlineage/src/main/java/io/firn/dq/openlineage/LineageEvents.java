package io.firn.dq.openlineage;

import io.firn.catalog.config.DqConfig.LineageConfig;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineage.RunEvent.EventType;
import io.openlineage.client.OpenLineageClient;
import io.openlineage.client.transports.ApiKeyTokenProvider;
import io.openlineage.client.transports.HttpConfig;
import io.openlineage.client.transports.HttpTransport;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a server that takes OpenLineage's events of two jobs: {@code ingest}, which makes the lake's tables from the
 * source's, column by column, and {@code quality}, which looks at them. Nobody waits for it: what cannot be told is
 * said in the log.
 */
public final class LineageEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LineageEvents.class);
    private static final int PATIENCE_MILLIS = 5_000;

    private final LineageConfig config;
    private final OpenLineage words = new OpenLineage(URI.create("https://firn.io"));
    private final LineageDatasets datasets;
    private final HttpTransport transport;
    private final OpenLineageClient client;

    /**
     * @param sourceNamespace what the source's tables are named in, such as {@code postgres://host:5432}
     * @param sourceDatabase the database they are in
     */
    public LineageEvents(LineageConfig config, String sourceNamespace, String sourceDatabase) {
        this.config = config;
        this.datasets = new LineageDatasets(words, sourceNamespace, sourceDatabase);
        this.transport = new HttpTransport(http(config));
        this.client = OpenLineageClient.builder().transport(transport).build();
    }

    private static HttpConfig http(LineageConfig config) {
        HttpConfig http = new HttpConfig();
        http.setUrl(URI.create(config.url()));
        http.setTimeoutInMillis(PATIENCE_MILLIS);
        if (config.apiKey() != null) {
            ApiKeyTokenProvider key = new ApiKeyTokenProvider();
            key.setApiKey(config.apiKey().value());
            http.setAuth(key);
        }
        return http;
    }

    /** How a run ended. */
    public enum End {
        /** Everything critical held. */
        COMPLETE,
        FAILED
    }

    /**
     * Tells of a look at tables, and of where their columns come from.
     *
     * @param run a UUID
     */
    public void looked(String run, List<LineageTable> tables, Instant began, Instant ended, End end) {
        UUID id = UUID.fromString(run);
        tell(event(EventType.START, began, id, "quality").build());
        tell(event(end == End.COMPLETE ? EventType.COMPLETE : EventType.FAIL, ended, id, "quality")
                .inputs(tables.stream().map(datasets::looked).toList())
                .build());
        UUID ingest = UUID.nameUUIDFromBytes((run + "/ingest").getBytes(StandardCharsets.UTF_8));
        tell(event(EventType.COMPLETE, ended, ingest, "ingest")
                .inputs(tables.stream().map(datasets::source).toList())
                .outputs(tables.stream().map(datasets::made).toList())
                .build());
    }

    private OpenLineage.RunEventBuilder event(EventType type, Instant at, UUID run, String job) {
        return words.newRunEventBuilder()
                .eventType(type)
                .eventTime(ZonedDateTime.ofInstant(at, ZoneOffset.UTC))
                .run(words.newRunBuilder().runId(run).build())
                .job(words.newJobBuilder()
                        .namespace(config.namespace())
                        .name(job)
                        .build());
    }

    private void tell(OpenLineage.RunEvent event) {
        try {
            client.emit(event);
        } catch (RuntimeException e) {
            LOG.warn(
                    "OpenLineage's server does not take events: {}",
                    e.getClass().getSimpleName());
        }
    }

    @Override
    public void close() {
        try {
            transport.close();
        } catch (Exception e) {
            LOG.debug("the connection to the server did not close", e);
        }
    }
}
