package io.firn.cli.probe;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.Failures;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.SourceConfig;
import io.firn.catalog.config.TableConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;

/** The broker answers, and every table has its topic. */
record KafkaProbe(SourceConfig source, Collection<TableConfig> tables) implements Supplier<String> {

    @Override
    public String get() {
        Set<String> topics = topics();
        List<String> missing = tables.stream()
                .map(table -> source.topicPrefix() + "." + table.source())
                .filter(topic -> !topics.contains(topic))
                .map(topic -> "source: Kafka has no topic " + topic + "; Debezium makes it with the table's first row")
                .toList();
        if (!missing.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.SOURCE_MISCONFIGURED, missing);
        }
        return source.bootstrapServers() + ", " + tables.size() + " topics";
    }

    private Set<String> topics() {
        try (Admin admin = Admin.create(properties())) {
            return admin.listTopics().names().get();
        } catch (InterruptedException e) {
            throw FirnException.interrupted("asking Kafka for its topics", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        } catch (KafkaException e) {
            throw failure(e);
        }
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(source.kafka());
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, source.bootstrapServers());
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) Probes.PATIENCE.toMillis());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) Probes.PATIENCE.toMillis());
        return properties;
    }

    private FirnException failure(Throwable cause) {
        String where = "source.bootstrap-servers: Kafka at " + source.bootstrapServers();
        if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
            return new FirnException(
                    ErrorCode.ACCESS_DENIED, where + " refused: " + Failures.rootMessage(cause), cause);
        }
        if (cause instanceof org.apache.kafka.common.errors.TimeoutException || cause instanceof TimeoutException) {
            return new FirnException(
                    ErrorCode.SOURCE_UNAVAILABLE, where + " did not answer within " + seconds(Probes.PATIENCE), cause);
        }
        return new FirnException(
                ErrorCode.SOURCE_MISCONFIGURED, where + " cannot be used: " + Failures.rootMessage(cause), cause);
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + " s";
    }
}
