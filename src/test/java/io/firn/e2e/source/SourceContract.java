package io.firn.e2e.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.catalog.SourcePosition;
import io.firn.engine.source.ChangeSource;
import io.firn.engine.source.ChangeSource.Partition;
import io.firn.engine.source.SourceRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link ChangeSource} promises to the writer. Changes are told apart by {@code after.id}. */
abstract class SourceContract {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration POLL = Duration.ofMillis(50);
    private static final long LIMIT_NANOS = Duration.ofMinutes(1).toNanos();

    private final List<ChangeSource> opened = new ArrayList<>();
    private final Receipts receipts = new Receipts();

    /** A source as a process that has just started has it. */
    abstract ChangeSource open();

    /**
     * Commits a change for each id, several to a transaction, in transactions that overlap where the source has such.
     */
    abstract void write(long firstId, long lastId);

    private ChangeSource opened() {
        ChangeSource source = open();
        opened.add(source);
        return source;
    }

    @AfterEach
    void closeSources() {
        opened.forEach(ChangeSource::close);
    }

    /** What a writer remembers of what it has polled. */
    private final class Reading {
        final ChangeSource source;
        final List<SourceRecord> records = new ArrayList<>();
        final Map<Partition, Long> next = new HashMap<>();
        private SourcePosition from;

        Reading(ChangeSource source, SourcePosition from) {
            this.source = source;
            this.from = from;
            source.start(from);
        }

        Reading poll() {
            for (SourceRecord record : source.poll(POLL)) {
                records.add(record);
                next.put(partition(record), record.offset() + 1);
            }
            return this;
        }

        Reading until(SourcePosition goal) {
            long limit = System.nanoTime() + LIMIT_NANOS;
            while (!source.hasReached(position(), goal)) {
                assertThat(System.nanoTime()).as("within a minute").isLessThan(limit);
                poll();
            }
            return this;
        }

        Reading untilNow() {
            return until(source.present());
        }

        SourcePosition position() {
            return from.plus(source.positionAt(next));
        }

        /** The position of a writer that has noted the first {@code count} records and no more. */
        SourcePosition positionAfter(int count) {
            Map<Partition, Long> noted = new HashMap<>();
            records.subList(0, count).forEach(record -> noted.put(partition(record), record.offset() + 1));
            records.forEach(record -> noted.putIfAbsent(partition(record), record.offset()));
            return from.plus(source.positionAt(noted));
        }

        List<Long> ids() {
            return ids(records);
        }

        List<Long> idsAfter(SourcePosition position) {
            return ids(records.stream()
                    .filter(record -> !source.isCovered(record, position))
                    .toList());
        }

        private List<Long> ids(List<SourceRecord> of) {
            return of.stream()
                    .map(SourceContract::id)
                    .filter(OptionalLong::isPresent)
                    .map(OptionalLong::getAsLong)
                    .toList();
        }
    }

    private static Partition partition(SourceRecord record) {
        return new Partition(record.topic(), record.partition());
    }

    private static OptionalLong id(SourceRecord record) {
        byte[] value = record.value();
        if (value == null) {
            return OptionalLong.empty();
        }
        try {
            JsonNode id = JSON.readTree(value).path("after").path("id");
            return id.isNumber() ? OptionalLong.of(id.asLong()) : OptionalLong.empty();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    /** A position from which the stream can be read as often as one likes. */
    private SourcePosition base() {
        ChangeSource source = opened();
        Reading reading = new Reading(source, SourcePosition.EMPTY).untilNow();
        SourcePosition position = reading.position();
        source.acknowledge(position, receipts.upTo(position));
        source.close();
        opened.remove(source);
        return position;
    }

    @Test
    void everyChangeIsDeliveredOnceAndInOrderWithinItsPartition() {
        Reading reading = new Reading(opened(), base());
        write(1, 100);
        reading.untilNow();
        write(101, 130);
        reading.untilNow();
        assertThat(reading.ids()).containsExactlyInAnyOrderElementsOf(range(1, 130));
        Map<Partition, Long> last = new HashMap<>();
        for (SourceRecord record : reading.records) {
            Long before = last.put(partition(record), record.offset());
            assertThat(before == null || before < record.offset())
                    .as("%s", record)
                    .isTrue();
        }
    }

    @Test
    void fromAnyPositionTheStreamGoesOnWithExactlyWhatThePositionDoesNotCover() {
        SourcePosition base = base();
        write(1, 12);
        Reading first = new Reading(opened(), base).untilNow();
        SourcePosition end = first.position();
        Map<SourcePosition, List<Long>> rests = new HashMap<>();
        for (int count = 0; count <= first.records.size(); count++) {
            SourcePosition position = first.positionAfter(count);
            List<Long> rest = first.idsAfter(position);
            assertThat(rest).containsAll(first.ids(first.records.subList(count, first.records.size())));
            rests.put(position, rest);
        }
        for (Map.Entry<SourcePosition, List<Long>> each : rests.entrySet()) {
            Reading again = new Reading(first.source, each.getKey()).until(end);
            assertThat(again.ids()).as("from %s", each.getKey()).isEqualTo(each.getValue());
        }
    }

    @Test
    void offsetsAreTheSameWheneverTheSameIsRead() {
        SourcePosition base = base();
        write(1, 10);
        Reading first = new Reading(opened(), base).untilNow();
        SourcePosition end = first.position();
        Map<Long, Long> offsets = new HashMap<>();
        first.records.forEach(record -> id(record).ifPresent(id -> offsets.put(id, record.offset())));
        first.source.close();
        opened.clear();
        Reading again = new Reading(opened(), base).until(end);
        again.records.forEach(record ->
                id(record).ifPresent(id -> assertThat(offsets).containsEntry(id, record.offset())));
        assertThat(again.ids()).containsExactlyInAnyOrderElementsOf(range(1, 10));
    }

    @Test
    void aPositionCoversWhatIsBeforeItAndNothingElse() {
        SourcePosition base = base();
        write(1, 12);
        Reading reading = new Reading(opened(), base).untilNow();
        SourcePosition middle = reading.position();
        write(13, 20);
        reading.untilNow();
        assertThat(reading.idsAfter(base)).isEqualTo(reading.ids());
        assertThat(reading.idsAfter(middle)).containsExactlyInAnyOrderElementsOf(range(13, 20));
        assertThat(reading.idsAfter(reading.position())).isEmpty();
        assertThat(reading.records).noneMatch(record -> reading.source.isCovered(record, SourcePosition.EMPTY));
    }

    @Test
    void thePresentIsReachedWithTheLastChangeThatWasCommittedBefore() {
        SourcePosition base = base();
        Reading reading = new Reading(opened(), base);
        write(1, 30);
        SourcePosition goal = reading.source.present();
        assertThat(reading.source.hasReached(base, goal)).isFalse();
        reading.until(goal);
        assertThat(reading.ids()).containsAll(range(1, 30));
        assertThat(reading.source.hasReached(reading.position(), base)).isTrue();
        assertThat(reading.source.hasReached(goal, goal)).isTrue();
    }

    @Test
    void whatWasNotAcknowledgedCanBeReadByTheNextProcess() {
        SourcePosition base = base();
        write(1, 20);
        Reading first = new Reading(opened(), base).untilNow();
        SourcePosition middle = first.position();
        first.source.acknowledge(middle, receipts.upTo(middle));
        write(21, 40);
        first.untilNow();
        first.source.close();
        opened.clear();
        write(41, 50);
        Reading next = new Reading(opened(), middle).untilNow();
        assertThat(next.ids()).containsExactlyInAnyOrderElementsOf(range(21, 50));
    }

    @Test
    void aSecondStartForgetsTheFirst() {
        SourcePosition base = base();
        write(1, 10);
        Reading first = new Reading(opened(), base).untilNow();
        SourcePosition middle = first.position();
        write(11, 20);
        first.poll();
        Reading second = new Reading(first.source, base).untilNow();
        assertThat(second.ids()).containsExactlyInAnyOrderElementsOf(range(1, 20));
        Reading third = new Reading(first.source, middle).untilNow();
        assertThat(third.ids()).containsExactlyInAnyOrderElementsOf(range(11, 20));
    }

    @Test
    void aQuietSourceIsPolledInVain() {
        SourcePosition base = base();
        ChangeSource source = opened();
        source.start(base);
        assertThat(source.poll(POLL)).isEmpty();
        assertThat(source.positionAt(Map.of())).isEqualTo(SourcePosition.EMPTY);
    }
}
