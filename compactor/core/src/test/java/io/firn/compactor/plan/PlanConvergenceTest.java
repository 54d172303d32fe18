package io.firn.compactor.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compactor.layout.Depth;
import io.firn.compactor.layout.KeySpans;
import io.firn.compactor.layout.LiveFile;
import io.firn.compactor.layout.PlacedFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans, applies the plan to made-up rows, and plans again. */
class PlanConvergenceTest {
    private static final PlanRules RULES = PlanRules.forTarget(10_000);
    private static final int MAX_PASSES = 4;

    private final Map<String, long[]> rows = new HashMap<>();
    private final Map<String, LiveFile> files = new HashMap<>();
    private Random random = new Random();
    private int names;

    @ParameterizedTest
    @ValueSource(ints = {100})
    void planningComesToRestWithTheDepthWithinItsLimit(int seeds) {
        for (int seed = 0; seed < seeds; seed++) {
            rows.clear();
            files.clear();
            random = new Random(seed);
            int rounds = 1 + random.nextInt(6);
            for (int round = 0; round < rounds; round++) {
                write();
                compactUntilNothingIsLeft("seed " + seed + " round " + round);
            }
        }
    }

    private void write() {
        int count = 1 + random.nextInt(30);
        for (int i = 0; i < count; i++) {
            int size = 1 + random.nextInt(random.nextBoolean() ? 50 : 1500);
            long from = random.nextInt(100_000);
            int width = 1 + random.nextInt(random.nextBoolean() ? 500 : 100_000);
            add(LongStream.range(0, size)
                    .map(row -> from + random.nextInt(width))
                    .toArray());
        }
    }

    private void add(long[] keys) {
        Arrays.sort(keys);
        String name = "f" + names++;
        long deleted = random.nextInt(10) == 0 ? random.nextInt(keys.length + 1) : 0;
        long bytes = (long) (keys.length * (8 + 4 * random.nextDouble()));
        rows.put(name, keys);
        files.put(
                name,
                PlanFiles.file(name)
                        .id(keys[0], keys[keys.length - 1])
                        .size(bytes, keys.length)
                        .deleted(deleted)
                        .live());
    }

    private void compactUntilNothingIsLeft(String as) {
        for (int pass = 0; pass < MAX_PASSES; pass++) {
            List<FileGroup> groups = PlanFiles.plan(List.copyOf(files.values()), RULES);
            assertDisjoint(groups, as);
            if (groups.isEmpty()) {
                assertThat(depth()).as(as).isLessThanOrEqualTo(RULES.maxDepth());
                return;
            }
            groups.forEach(this::rewrite);
        }
        assertThat(PlanFiles.plan(List.copyOf(files.values()), RULES)).as(as).isEmpty();
    }

    private static void assertDisjoint(List<FileGroup> groups, String as) {
        Set<String> seen = new HashSet<>();
        groups.forEach(group -> group.files()
                .forEach(file -> assertThat(seen.add(file.path())).as(as).isTrue()));
    }

    private int depth() {
        return Depth.of(KeySpans.place(List.copyOf(files.values()), PlanFiles.key(PlanFiles.BY_ID)).stream()
                        .map(PlacedFile::span)
                        .toList())
                .max();
    }

    private void rewrite(FileGroup group) {
        List<Long> kept = new ArrayList<>();
        for (LiveFile file : group.files()) {
            long[] keys = rows.remove(file.path());
            files.remove(file.path());
            Arrays.stream(keys).skip(file.deletedRows()).forEach(kept::add);
        }
        long[] keys = kept.stream().mapToLong(Long::longValue).sorted().toArray();
        int parts = Math.min(RULES.filesFor(keys.length * 10L), Math.max(1, keys.length));
        for (int part = 0; part < parts && keys.length > 0; part++) {
            add(Arrays.copyOfRange(keys, part * keys.length / parts, (part + 1) * keys.length / parts));
        }
    }
}
