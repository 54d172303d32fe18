package io.firn.dq.alert;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import io.firn.catalog.config.Secret;
import io.firn.catalog.config.Severity;
import io.firn.dq.result.Moment;
import io.firn.dq.result.Result;
import io.firn.dq.result.Scope;
import io.firn.dq.result.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class WebhookTest {
    private static final String SECRET = "/services/T0/B0/very-secret";

    private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());
    private final Deque<Integer> answers = new ArrayDeque<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(SECRET, exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            Integer answer = answers.poll();
            exchange.sendResponseHeaders(answer == null ? 200 : answer, -1);
            exchange.close();
        });
        server.start();
        log.start();
        ((Logger) LoggerFactory.getLogger(Webhook.class)).addAppender(log);
    }

    @AfterEach
    void stop() {
        ((Logger) LoggerFactory.getLogger(Webhook.class)).detachAppender(log);
        server.stop(0);
        assertThat(log.list).noneMatch(event -> event.getFormattedMessage().contains("secret"));
    }

    private Webhook webhook() {
        String address = "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), SECRET);
        return new Webhook(new Secret(address), "shop", Duration.ofMillis(1));
    }

    private static Result result(String expectation, Severity severity, Verdict verdict, boolean alerted) {
        return new Result(
                "run",
                "price",
                expectation,
                "sql",
                severity,
                1L,
                1,
                LocalDate.of(2026, 11, 20),
                Moment.HEAD,
                verdict,
                1.0,
                0.0,
                "2 rows <b> & more",
                2,
                List.of(),
                Scope.FULL,
                null,
                Duration.ZERO,
                Instant.EPOCH,
                alerted);
    }

    private static Result failed(String expectation) {
        return result(expectation, Severity.CRITICAL, Verdict.FAILED, false);
    }

    @Test
    void whatFailsIsToldOnceAndThatItHoldsAgainIsToldOnce() {
        List<Result> first = List.of(failed("a"), result("b", Severity.WARN, Verdict.HELD, false));
        Alerts alerts = Alerts.of(first, Severity.WARN);
        assertThat(alerts.failing()).containsExactly(first.get(0));
        List<Result> told = alerts.told(first);
        assertThat(told.get(0).alerted()).isTrue();

        assertThat(Alerts.of(told, Severity.WARN).isEmpty()).isTrue();

        List<Result> held = List.of(result("a", Severity.CRITICAL, Verdict.HELD, true));
        Alerts recovery = Alerts.of(held, Severity.WARN);
        assertThat(recovery.recovered()).isEqualTo(held);
        assertThat(recovery.told(held).get(0).alerted()).isFalse();
        assertThat(Alerts.of(recovery.told(held), Severity.WARN).isEmpty()).isTrue();
    }

    @Test
    void whatIsLessSevereCanBeLeftOut() {
        List<Result> results = List.of(
                result("a", Severity.WARN, Verdict.FAILED, false),
                result("b", Severity.CRITICAL, Verdict.ERROR, false));

        assertThat(Alerts.of(results, Severity.CRITICAL).failing()).containsExactly(results.get(1));
        assertThat(Alerts.of(results, Severity.WARN).failing()).hasSize(2);
    }

    @Test
    void slackGetsOneTextInItsMarkup() {
        Alerts alerts = new Alerts(
                List.of(failed("sql.negative"), result("freshness", Severity.WARN, Verdict.FAILED, false)),
                List.of(result("unique.key", Severity.CRITICAL, Verdict.HELD, true)));

        assertThat(webhook().tell(alerts)).isEqualTo(Webhook.Outcome.TOLD);
        assertThat(bodies)
                .containsExactly("{\"text\":\"*shop*: 2 expectations begin to fail, 1 hold again\\n"
                        + ":red_circle: critical `price.sql.negative`: 2 rows &lt;b&gt; &amp; more\\n"
                        + ":large_yellow_circle: warning `price.freshness`: 2 rows &lt;b&gt; &amp; more\\n"
                        + ":large_green_circle: holds again `price.unique.key`: 2 rows &lt;b&gt; &amp; more\"}");
    }

    @Test
    void aLongMessageIsCut() {
        List<Result> many =
                IntStream.range(0, 30).mapToObj(i -> failed("sql.s" + i)).toList();

        String text = SlackText.text(new Alerts(many, List.of()), "shop");
        assertThat(text.lines()).hasSize(22);
        assertThat(text).endsWith("\nand 10 more");
    }

    @Test
    void aServerThatIsBusyIsAskedAgain() {
        answers.addAll(List.of(503, 429, 500));
        assertThat(webhook().tell(new Alerts(List.of(failed("a")), List.of()))).isEqualTo(Webhook.Outcome.TOLD);
        assertThat(bodies).hasSize(4);
    }

    @Test
    void aServerThatRefusesIsNotAskedAgain() {
        answers.addAll(List.of(404, 404));
        assertThat(webhook().tell(new Alerts(List.of(failed("a")), List.of()))).isEqualTo(Webhook.Outcome.NOT_TOLD);
        assertThat(bodies).hasSize(1);
        assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly("the webhook answered 404");
    }

    @Test
    void whereNobodyListensNothingIsTold() {
        Webhook webhook = webhook();
        server.stop(0);
        assertThat(webhook.tell(new Alerts(List.of(failed("a")), List.of()))).isEqualTo(Webhook.Outcome.NOT_TOLD);
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .hasSize(4)
                .containsOnly("the webhook cannot be reached: ConnectException");
    }

    @Test
    void anAddressThatIsNoneIsNotShown() {
        assertThat(new Webhook(new Secret("not a very-secret address"), "shop")
                        .tell(new Alerts(List.of(failed("a")), List.of())))
                .isEqualTo(Webhook.Outcome.NOT_TOLD);
    }
}
