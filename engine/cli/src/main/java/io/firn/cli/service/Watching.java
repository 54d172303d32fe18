package io.firn.cli.service;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.Lake;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.wiring.Wiring;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.source.ChangeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks at where the tables' topics end, and so knows how far behind the lake is, even when the writer hangs. */
final class Watching implements Activity, IngestListener {
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final FirnConfig config;
    private final Lake lake;
    private final Clock clock;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable SourcePosition reached;
    private volatile @Nullable Duration lag;

    Watching(FirnConfig config, Lake lake, Clock clock) {
        this.config = config;
        this.lake = lake;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "watch";
    }

    /** @return how long the oldest change that is not in the lake has been waiting; empty before it is known */
    Optional<Duration> lag() {
        return Optional.ofNullable(lag);
    }

    @Override
    public void finished(Cut cut, long changes) {
        reached = cut.upTo();
    }

    @Override
    public void run(Work work) throws InterruptedException {
        Backlog backlog = new Backlog();
        try (ChangeSource topics = Wiring.topics(config)) {
            do {
                backlog.saw(clock.instant(), topics.present());
                SourcePosition position = position();
                lag = backlog.waiting(clock.instant(), end -> topics.hasReached(position, end));
                work.underWay();
            } while (!stopped.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } finally {
            lag = null;
        }
    }

    private SourcePosition position() {
        SourcePosition known = reached;
        if (known != null) {
            return known;
        }
        return config.tables().keySet().stream()
                .flatMap(name -> lake.find(TableDefinition.changeLogOf(name)).stream())
                .map(CutProperties::applied)
                .max(Comparator.comparingLong(Cut::number))
                .map(Cut::upTo)
                .orElse(SourcePosition.EMPTY);
    }

    @Override
    public void stop() {
        stopped.countDown();
    }
}
