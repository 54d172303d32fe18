package io.firn.engine.debezium;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.engine.debezium.SnapshotTransaction.Rows;
import java.time.Duration;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread in which Debezium is run: takes records from it as long as there is room for them, tells it what was
 * acknowledged, and starts it again when the database went away for a while.
 */
final class Reader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reader.class);
    private static final long CONFIRM_NANOS = Duration.ofSeconds(5).toNanos();
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    private final PostgresSettings settings;
    private final ReplicationSlot slot;
    private final Publication publication;
    private final Database database;
    private final Rows rowsBefore;
    private final DeliveryQueue queue;
    private final RecordStream stream;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile long acknowledged;
    private long confirmed;
    private long confirmedAt;

    /**
     * @param place where to begin
     * @param rowsBefore what the lake may hold when the tables have to be read first
     */
    Reader(PostgresSettings settings, Database database, PostgresPosition place, Rows rowsBefore) {
        this.settings = settings;
        this.database = database;
        this.slot = new ReplicationSlot(settings, database);
        this.publication = new Publication(settings, database);
        this.rowsBefore = rowsBefore;
        this.queue = new DeliveryQueue(settings.queueRecords(), settings.queueBytes());
        this.stream = new RecordStream(settings, place, queue::put, slot::requireAt);
        this.thread = new Thread(this::run, "firn-" + settings.slot());
        thread.setDaemon(true);
    }

    /** @throws FirnException when reading cannot begin */
    void start() {
        try {
            prepare();
        } catch (InterruptedException e) {
            throw FirnException.interrupted("waiting for the replication slot", e);
        }
        thread.start();
    }

    private void prepare() throws InterruptedException {
        database.check();
        publication.require();
        slot.take(stream.place());
    }

    DeliveryQueue queue() {
        return queue;
    }

    /** Lets the slot move to {@code lsn}, soon. */
    void acknowledge(long lsn) {
        acknowledged = Math.max(acknowledged, lsn);
    }

    private void run() {
        try {
            readAndReconnect();
        } catch (InterruptedException e) {
            LOG.debug("{} stops", thread.getName(), e);
        } catch (RuntimeException | Error e) {
            LOG.debug("{} failed", thread.getName(), e);
            queue.fail(PostgresFailures.of(settings, e));
        }
    }

    private void readAndReconnect() throws InterruptedException {
        Patience patience = new Patience();
        boolean prepared = true;
        while (!stopping) {
            long before = stream.delivered();
            try {
                if (!prepared) {
                    prepare();
                }
                prepared = false;
                read();
            } catch (RuntimeException e) {
                if (stopping) {
                    return;
                }
                patience.afterFailure(e, stream.delivered() > before);
            }
        }
    }

    private void read() throws InterruptedException {
        PostgresPosition from = stream.place();
        try (Connector connector = Connector.start(settings, from.lsn())) {
            stream.restart(from.hasSnapshot() ? null : firstSnapshot());
            try {
                ConnectionWatch watch = new ConnectionWatch(slot, stream, settings.patience());
                while (!stopping) {
                    confirmWhenDue(connector);
                    for (SourceRecord record : connector.poll()) {
                        stream.accept(record);
                    }
                    watch.look();
                }
            } finally {
                connector.confirm(acknowledged);
            }
        }
    }

    private SnapshotTransaction firstSnapshot() {
        return new SnapshotTransaction(settings, slot.confirmed(), rowsBefore);
    }

    /** Says it again from time to time, because Debezium does not confirm before it has received something. */
    private void confirmWhenDue(Connector connector) throws InterruptedException {
        long lsn = acknowledged;
        if (lsn > confirmed || System.nanoTime() - confirmedAt > CONFIRM_NANOS) {
            connector.confirm(lsn);
            confirmed = lsn;
            confirmedAt = System.nanoTime();
        }
    }

    /** Decides whether to try again, and waits before. */
    private final class Patience {
        private @Nullable Long deadline;
        private Duration pause = FIRST_PAUSE;

        void afterFailure(RuntimeException failure, boolean madeProgress) throws InterruptedException {
            boolean inSnapshot = !stream.place().hasSnapshot()
                    && stream.delivered() > stream.place().next();
            if (inSnapshot) {
                throw interruptedSnapshot(failure);
            }
            if (madeProgress) {
                deadline = null;
                pause = FIRST_PAUSE;
            }
            long now = System.nanoTime();
            long end = deadline == null ? now + settings.patience().toNanos() : deadline;
            deadline = end;
            if (!PostgresFailures.isTransient(failure) || now >= end) {
                throw failure;
            }
            LOG.info("reading {} goes on in {}", settings.slot(), pause, failure);
            Thread.sleep(pause.toMillis());
            Duration longer = pause.multipliedBy(2);
            pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
        }

        private FirnException interruptedSnapshot(RuntimeException failure) {
            FirnException cause = PostgresFailures.of(settings, failure);
            return new FirnException(
                    cause.code() == ErrorCode.SOURCE_UNAVAILABLE ? ErrorCode.SOURCE_UNAVAILABLE : cause.code(),
                    "the first reading of the tables has to be started again: " + cause.getMessage(),
                    failure);
        }
    }

    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
        try {
            thread.join(STOP_TIMEOUT.toMillis());
            if (thread.isAlive()) {
                LOG.warn("{} did not stop within {}", thread.getName(), STOP_TIMEOUT);
            }
        } catch (InterruptedException e) {
            throw FirnException.interrupted("stopping Debezium", e);
        }
    }
}
