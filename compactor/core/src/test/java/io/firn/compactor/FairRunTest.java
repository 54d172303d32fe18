package io.firn.compactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.compactor.housekeeping.Housekeeping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairRunTest {
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private int stopAfter = -1;
    private final List<String> ended = new ArrayList<>();

    private class FakeTable implements Turns {
        private final String name;
        private long left;

        FakeTable(String name, long bytes) {
            this.name = name;
            this.left = bytes;
        }

        @Override
        public boolean more() {
            return left > 0;
        }

        @Override
        public long turn(long sliceBytes, long limitBytes) {
            long bytes = Math.min(left, Math.min(sliceBytes, limitBytes));
            left -= bytes;
            log.add(name + bytes);
            return bytes;
        }

        @Override
        public CompactionResult end() {
            return new CompactionResult(
                    name, List.of(), List.of(), 0, List.of(), Housekeeping.Done.NOTHING, Duration.ZERO);
        }

        @Override
        public void giveUp() {
            log.add(name + " gave up");
        }
    }

    private void run(int concurrency, long budget, Turns... tables) {
        new FairRun(
                        List.of(tables),
                        concurrency,
                        10,
                        budget,
                        () -> log.size() == stopAfter,
                        result -> ended.add(result.table()))
                .run();
    }

    @Test
    void aLargeTableDoesNotKeepASmallOneWaiting() {
        run(1, 1000, new FakeTable("large", 35), new FakeTable("small", 5));
        assertThat(log).containsExactly("large10", "small5", "large10", "large10", "large5");
        assertThat(ended).containsExactly("small", "large");
    }

    @Test
    void theBudgetIsSpentByTurns() {
        run(1, 25, new FakeTable("a", 100), new FakeTable("b", 100), new FakeTable("c", 100));
        assertThat(log).containsExactly("a10", "b10", "c5");
        assertThat(ended).containsExactly("c", "a", "b");
    }

    @Test
    void oneThatFailsDoesNotStopTheOthers() {
        Turns failing = new FakeTable("bad", 20) {
            @Override
            public long turn(long sliceBytes, long limitBytes) {
                throw new IllegalStateException("full disk");
            }
        };
        assertThatThrownBy(() -> run(1, 1000, failing, new FakeTable("good", 15)))
                .hasMessage("full disk");
        assertThat(log).containsExactly("bad gave up", "good10", "good5");
        assertThat(ended).containsExactly("good");
    }

    @Test
    void everythingEndsWhenItIsToStop() {
        stopAfter = 2;
        run(1, 1000, new FakeTable("a", 95), new FakeTable("b", 15), new FakeTable("c", 35));
        assertThat(log).containsExactly("a10", "b10");
        assertThat(ended).containsExactly("b", "c", "a");
    }

    @Test
    void severalAtATimeDoAllTheWorkOnce() {
        run(3, 1000, new FakeTable("a", 95), new FakeTable("b", 15), new FakeTable("c", 35), new FakeTable("d", 5));
        assertThat(log).hasSize(10 + 2 + 4 + 1);
        assertThat(ended).containsExactlyInAnyOrder("a", "b", "c", "d");
    }
}
