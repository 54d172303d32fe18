package io.firn.cli.service;

import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.PostgresConfig;
import io.firn.cli.probe.PostgresFailures;
import io.firn.cli.verify.Findings;
import io.firn.cli.verify.TableParts;
import io.firn.cli.wiring.PostgresTables;
import io.firn.dq.verify.Verification;
import io.firn.dq.verify.Verify;
import io.firn.workbench.Workbench;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares every table with PostgreSQL again and again: part by part, evenly spread over the time of a round. */
final class Verifying implements Activity {
    private static final Logger LOG = LoggerFactory.getLogger(Verifying.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
    private static final int SHOWN_DIFFERENCES = 10;
    private static final String KIND = "verify-rolling";

    private final FirnConfig config;
    private final PostgresConfig postgres;
    private final Duration every;
    private final Lake lake;
    private final Workbench workbench;
    private final BooleanSupplier lakeIsFresh;
    private final Clock clock;
    private final Map<String, VerifyState> states = new ConcurrentHashMap<>();
    private final Map<String, List<String>> lastRound = new LinkedHashMap<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Thread runner;

    /** @param lakeIsFresh whether a comparison makes sense now: a lake far behind differs, and says nothing new */
    Verifying(
            FirnConfig config,
            PostgresConfig postgres,
            Duration every,
            Lake lake,
            Workbench workbench,
            BooleanSupplier lakeIsFresh,
            Clock clock) {
        this.config = config;
        this.postgres = postgres;
        this.every = every;
        this.lake = lake;
        this.workbench = workbench;
        this.lakeIsFresh = lakeIsFresh;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "verify";
    }

    /** @return what is known of each table of which a part was compared */
    Map<String, VerifyState> states() {
        return new TreeMap<>(states);
    }

    @Override
    public void run(Work work) throws Exception {
        runner = Thread.currentThread();
        try {
            work.underWay();
            while (waits(LOOK_AGAIN)) {
                Map<String, TableParts> round = round();
                Duration pause = pause(round);
                for (Map.Entry<String, TableParts> table : round.entrySet()) {
                    compareAll(table.getKey(), table.getValue(), pause, work);
                }
            }
        } catch (Exception e) {
            if (stopped.getCount() > 0) {
                throw e;
            }
            LOG.debug("verify was interrupted by the service's end", e);
        } finally {
            runner = null;
        }
    }

    /** The tables that are there, with the parts that are left of each. */
    private Map<String, TableParts> round() {
        Map<String, TableParts> round = new LinkedHashMap<>();
        for (String name : config.tables().keySet()) {
            if (lake.find(name).isPresent()
                    && lake.find(TableDefinition.changeLogOf(name)).isPresent()) {
                round.put(
                        name, TableParts.of(config, lake, name, config.service().verifyPartRows(), KIND));
            }
        }
        return round;
    }

    private Duration pause(Map<String, TableParts> round) {
        int parts = round.values().stream().mapToInt(TableParts::all).sum();
        return every.dividedBy(Math.max(1, parts));
    }

    private void compareAll(String name, TableParts parts, Duration pause, Work work) throws InterruptedException {
        List<String> found = new ArrayList<>();
        while (parts.left() > 0 && stopped.getCount() > 0) {
            if (!lakeIsFresh.getAsBoolean()) {
                waits(LOOK_AGAIN);
                continue;
            }
            Instant begun = clock.instant();
            found.addAll(compareNext(name, parts));
            work.underWay();
            keep(name, parts, found);
            waits(pause.minus(Duration.between(begun, clock.instant())));
        }
        lastRound.put(name, found);
    }

    private List<String> compareNext(String name, TableParts parts) {
        Verify verify = new Verify(workbench, SHOWN_DIFFERENCES);
        try (Connection source = PostgresTables.connect(postgres)) {
            Verification found =
                    parts.compareNext(verify, source, TableParts.progress(config, lake), TableParts.patience(config));
            List<String> lines = Findings.of(name, found);
            lines.forEach(line -> LOG.error("the lake and PostgreSQL differ: {}", line));
            return lines;
        } catch (SQLException e) {
            throw PostgresFailures.translate(postgres, e);
        }
    }

    private void keep(String name, TableParts parts, List<String> found) {
        Instant now = clock.instant();
        VerifyState before = states.get(name);
        Instant coveredBefore = before == null ? null : before.coveredAt();
        List<String> findings = new ArrayList<>(found);
        if (parts.left() > 0) {
            lastRound.getOrDefault(name, List.of()).stream()
                    .filter(line -> !found.contains(line))
                    .forEach(findings::add);
        }
        states.put(name, new VerifyState(now, parts.left(), parts.left() == 0 ? now : coveredBefore, findings));
    }

    /** @return whether to go on */
    private boolean waits(Duration time) throws InterruptedException {
        return !stopped.await(Math.max(0, time.toMillis()), TimeUnit.MILLISECONDS);
    }

    /** What is being compared may wait for minutes for the lake; it is given up and compared again next time. */
    @Override
    public void stop() {
        stopped.countDown();
        Thread running = runner;
        if (running != null) {
            running.interrupt();
        }
    }
}
