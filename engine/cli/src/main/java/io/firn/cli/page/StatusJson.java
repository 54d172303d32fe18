package io.firn.cli.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.firn.cli.service.ActivityState;
import io.firn.cli.service.Service;
import io.firn.cli.service.Trouble;
import io.firn.cli.service.VerifyState;
import io.firn.cli.status.TableStatus;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The service's state as JSON; instants are ISO 8601 in UTC, null where there is none. */
final class StatusJson {
    private StatusJson() {}

    static String of(Service service) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("namespace", service.config().lake().namespace());
        status.put("zone", service.config().snapshots().zone().getId());
        status.put("now", Instant.now().toString());
        status.put("ready", service.isReady());
        ArrayNode activities = status.putArray("activities");
        service.activities().forEach(activity -> activities.add(activity(activity)));
        service.lag().ifPresent(lag -> status.put("lagSeconds", lag.toMillis() / 1000.0));
        ArrayNode troubles = status.putArray("troubles");
        service.troubles().forEach(trouble -> troubles.add(trouble(trouble)));
        Map<String, VerifyState> verified = service.verified();
        ArrayNode tables = status.putArray("tables");
        service.tables().values().forEach(table -> {
            ObjectNode node = table(table);
            ArrayNode key = node.putArray("key");
            service.config().table(table.name()).key().forEach(key::add);
            VerifyState state = verified.get(table.name());
            if (state != null) {
                node.set("verified", verified(state));
            }
            tables.add(node);
        });
        ObjectNode redis = status.putObject("redis");
        service.projected().forEach(redis::put);
        return status.toString();
    }

    private static ObjectNode activity(ActivityState activity) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", activity.name())
                .put("phase", activity.phase().name())
                .put("well", activity.isWell())
                .put("since", activity.since().toString())
                .put("failures", activity.failures())
                .put("lastError", activity.lastError())
                .put("lastErrorAt", text(activity.lastErrorAt()));
    }

    private static ObjectNode trouble(Trouble trouble) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("at", trouble.at().toString())
                .put("activity", trouble.activity())
                .put("code", trouble.code().name())
                .put("message", trouble.message())
                .put("advice", trouble.advice());
    }

    private static ObjectNode verified(VerifyState state) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("comparedAt", state.comparedAt().toString())
                .put("coveredAt", text(state.coveredAt()))
                .put("partsLeft", state.partsLeft())
                .put("equal", state.isEqual());
        ArrayNode findings = node.putArray("findings");
        state.findings().forEach(findings::add);
        return node;
    }

    private static ObjectNode table(TableStatus table) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("name", table.name())
                .put("rows", table.rows())
                .put("files", table.files())
                .put("deleteFiles", table.deleteFiles())
                .put("bytes", table.bytes())
                .put("cut", table.cut())
                .put("lastChange", text(table.lastChange()))
                .put("committed", text(table.committed()))
                .put("stopped", table.stopped());
        ArrayNode days = node.putArray("days");
        table.days().forEach(day -> days.add(day.toString()));
        return node;
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
