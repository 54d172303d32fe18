package io.firn.cli;

import io.firn.catalog.config.FirnConfig;
import io.firn.cli.page.StatusServer;
import io.firn.cli.service.Service;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/** {@code firn run}. */
@Command(
        name = "run",
        header = "The service: writes, compacts on schedule, projects, and shows itself.",
        description = "One process does it all until it is stopped. What fails is tried again and stops nothing else;"
                + " the status page, /metrics, /healthz and /readyz are at service.listen.",
        footer = "  firn -c shop/firn.yaml run")
final class RunCommand implements Callable<Integer> {
    private final Session session;

    RunCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        FirnConfig config = session.config();
        LogConfiguration.showService(config.service().log());
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(asked, ended), "firn-stop"));
        try (Service service = new Service(config, Clock.systemUTC());
                StatusServer page = StatusServer.start(config.service(), service)) {
            service.start();
            session.note("firn runs; its status page is " + page.address());
            asked.await();
        } finally {
            ended.countDown();
        }
        return 0;
    }

    /** On a signal, everything stops in order before the process ends. */
    private static void stop(CountDownLatch asked, CountDownLatch ended) {
        asked.countDown();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
