package io.firn.dq.openlineage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.firn.catalog.config.DqConfig.LineageConfig;
import io.firn.catalog.config.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LineageEventsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final String RUN = "01890000-0000-7000-8000-000000000001";
    private static final LineageTable PRICE = new LineageTable(
            "atlas.price",
            "s3://lake/warehouse/atlas/price",
            4711L,
            "public.price",
            List.of(new LineageTable.Column("id", "long", null), new LineageTable.Column("card", "string", "tokenize")),
            List.of(
                    new LineageTable.Assertion("unique.key", true, null),
                    new LineageTable.Assertion("nulls.card", false, "card")));

    private final List<JsonNode> events = Collections.synchronizedList(new ArrayList<>());
    private final List<String> keys = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/lineage", exchange -> {
            events.add(new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes()));
            keys.add(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.sendResponseHeaders(201, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private LineageEvents events() {
        LineageConfig config =
                new LineageConfig("http://127.0.0.1:" + server.getAddress().getPort(), new Secret("the-key"), "shop");
        return new LineageEvents(config, "postgres://db:5432", "shop");
    }

    private static String names(JsonNode datasets) {
        List<String> names = new ArrayList<>();
        datasets.forEach(dataset -> names.add(
                dataset.get("namespace").asText() + "/" + dataset.get("name").asText()));
        return String.join(", ", names);
    }

    @Test
    void aLookIsARunWithAssertions() {
        try (LineageEvents lineage = events()) {
            lineage.looked(RUN, List.of(PRICE), NOON, NOON.plusSeconds(2), LineageEvents.End.FAILED);
        }

        assertThat(events).hasSize(3);
        assertThat(keys).containsOnly("Bearer the-key");
        JsonNode start = events.get(0);
        assertThat(start.get("eventType").asText()).isEqualTo("START");
        assertThat(start.get("run").get("runId").asText()).isEqualTo(RUN);
        assertThat(start.get("job").toString()).contains("\"namespace\":\"shop\",\"name\":\"quality\"");
        JsonNode end = events.get(1);
        assertThat(end.get("eventType").asText()).isEqualTo("FAIL");
        assertThat(end.get("eventTime").asText()).isEqualTo("2026-11-20T12:00:02Z");
        assertThat(names(end.get("inputs"))).isEqualTo("s3://lake/atlas.price");
        JsonNode input = end.get("inputs").get(0);
        assertThat(input.at("/inputFacets/dataQualityAssertions/assertions").toString())
                .isEqualTo("[{\"assertion\":\"unique.key\",\"success\":true},"
                        + "{\"assertion\":\"nulls.card\",\"success\":false,\"column\":\"card\"}]");
        assertThat(input.at("/facets/version/datasetVersion").asText()).isEqualTo("4711");
        assertThat(input.at("/facets/schema/fields/1/type").asText()).isEqualTo("string");
    }

    @Test
    void columnsAreFollowedFromTheSource() {
        try (LineageEvents lineage = events()) {
            lineage.looked(RUN, List.of(PRICE), NOON, NOON, LineageEvents.End.COMPLETE);
        }

        assertThat(events.get(1).get("eventType").asText()).isEqualTo("COMPLETE");
        JsonNode ingest = events.get(2);
        assertThat(ingest.at("/job/name").asText()).isEqualTo("ingest");
        assertThat(names(ingest.get("inputs"))).isEqualTo("postgres://db:5432/shop.public.price");
        assertThat(names(ingest.get("outputs"))).isEqualTo("s3://lake/atlas.price");
        JsonNode card = ingest.at("/outputs/0/facets/columnLineage/fields/card/inputFields/0");
        assertThat(card.get("name").asText() + "." + card.get("field").asText()).isEqualTo("shop.public.price.card");
        assertThat(card.at("/transformations/0/masking").asBoolean()).isTrue();
        assertThat(ingest.at("/outputs/0/facets/columnLineage/fields/id/inputFields/0/transformations/0/subtype")
                        .asText())
                .isEqualTo("IDENTITY");
    }

    @Test
    void aServerThatDoesNotAnswerIsInNobodysWay() {
        LineageEvents lineage = events();
        server.stop(0);
        lineage.looked(RUN, List.of(PRICE), NOON, NOON, LineageEvents.End.COMPLETE);
        lineage.close();
        assertThat(events).isEmpty();
    }
}
