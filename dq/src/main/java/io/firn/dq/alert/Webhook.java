package io.firn.dq.alert;

import io.firn.catalog.FirnException;
import io.firn.catalog.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Posts alerts to an address, which is a secret: whoever knows it can post, so that no message has it. */
public final class Webhook {
    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 4;
    private static final int TOO_MANY_REQUESTS = 429;

    private final Secret address;
    private final String lake;
    private final Duration firstPause;

    /** @param lake what the messages call it */
    public Webhook(Secret address, String lake) {
        this(address, lake, Duration.ofSeconds(1));
    }

    Webhook(Secret address, String lake, Duration firstPause) {
        this.address = address;
        this.lake = lake;
        this.firstPause = firstPause;
    }

    /** What became of a message. */
    public enum Outcome {
        TOLD,
        /** Nobody took it, in several attempts. */
        NOT_TOLD
    }

    /** Tells of alerts, and tries again for some seconds where nobody listens. */
    public Outcome tell(Alerts alerts) {
        String body = SlackText.json(alerts, lake);
        Duration pause = firstPause;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Answer answer = post(body);
            if (answer == Answer.TAKEN) {
                return Outcome.TOLD;
            }
            if (answer == Answer.REFUSED) {
                break;
            }
            if (attempt < ATTEMPTS) {
                sleep(pause);
                pause = pause.multipliedBy(2);
            }
        }
        return Outcome.NOT_TOLD;
    }

    private enum Answer {
        TAKEN,
        TRY_AGAIN,
        REFUSED
    }

    private Answer post(String body) {
        try {
            HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
            HttpRequest request = HttpRequest.newBuilder(URI.create(address.value()))
                    .timeout(PATIENCE)
                    .header("Content-Type", "application/json; charset=utf-8")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return answer(
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
        } catch (IOException e) {
            LOG.warn("the webhook cannot be reached: {}", e.getClass().getSimpleName());
            return Answer.TRY_AGAIN;
        } catch (IllegalArgumentException e) {
            LOG.warn("dq.alert.webhook is not an address that can be posted to");
            return Answer.REFUSED;
        } catch (InterruptedException e) {
            throw FirnException.interrupted("telling of results", e);
        }
    }

    private static Answer answer(int status) {
        if (status / 100 == 2) {
            return Answer.TAKEN;
        }
        LOG.warn("the webhook answered {}", status);
        return status / 100 == 5 || status == TOO_MANY_REQUESTS ? Answer.TRY_AGAIN : Answer.REFUSED;
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            throw FirnException.interrupted("telling of results", e);
        }
    }
}
