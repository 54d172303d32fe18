package io.firn.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many entries at once, into either store. */
class BulkLoadTest {
    private static final int ENTRIES = 60_000;

    @TempDir
    Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] key(int number) {
        return bytes("key%09d".formatted(number));
    }

    private static void load(KeyStore store, String value) {
        try (BulkLoad load = store.bulkLoad()) {
            for (int i = 0; i < ENTRIES; i++) {
                load.put(key(i), bytes(value + i));
            }
            load.complete();
            load.takeIn();
        }
    }

    private static @Nullable String get(KeyStore store, byte[] key) {
        byte[] value = store.get(List.of(key)).get(0);
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    private static void contract(KeyStore store) {
        store.write(List.of(key(7), bytes("other")), Arrays.asList(bytes("earlier"), bytes("kept")));
        load(store, "loaded ");
        assertThat(get(store, key(7))).isEqualTo("loaded 7");
        assertThat(get(store, key(ENTRIES - 1))).isEqualTo("loaded " + (ENTRIES - 1));
        assertThat(get(store, key(ENTRIES))).isNull();
        assertThat(get(store, bytes("other"))).isEqualTo("kept");
        store.write(List.of(key(7), key(8)), Arrays.asList(bytes("later"), null));
        assertThat(get(store, key(7))).isEqualTo("later");
        assertThat(get(store, key(8))).isNull();
        load(store, "again ");
        assertThat(get(store, key(7))).isEqualTo("again 7");
        try (BulkLoad load = store.bulkLoad()) {
            load.put(key(1), bytes("first"));
            load.put(key(1), bytes("last"));
            load.complete();
            load.takeIn();
        }
        assertThat(get(store, key(1))).isEqualTo("last");
        try (BulkLoad nothing = store.bulkLoad()) {
            nothing.complete();
            nothing.takeIn();
        }
        whileInUse(store);
        store.clear();
        assertThat(get(store, key(7))).isNull();
    }

    private static void whileInUse(KeyStore store) {
        try (BulkLoad load = complete(store)) {
            store.write(List.of(key(2), key(5)), List.of(bytes("newer"), bytes("newer")));
            assertThat(get(store, key(3))).isEqualTo("again 3");
            load.takeIn(List.of(key(2), key(5)), List.of(bytes("newer"), bytes("newer")));
        }
        assertThat(get(store, key(2))).isEqualTo("newer");
        assertThat(get(store, key(3))).isEqualTo("ahead 3");
        assertThat(get(store, key(5))).isEqualTo("newer");
        store.write(List.of(key(3)), List.of(bytes("last")));
        try (BulkLoad unused = complete(store)) {
            assertThat(get(store, key(3))).isEqualTo("last");
        }
        assertThat(get(store, key(3))).isEqualTo("last");
    }

    /** Not taken in. */
    private static BulkLoad complete(KeyStore store) {
        BulkLoad load = store.bulkLoad();
        for (int i = 0; i < ENTRIES; i++) {
            load.put(key(i), bytes("ahead " + i));
        }
        load.complete();
        return load;
    }

    @Test
    void onTheHeap() {
        try (KeyStore store = new MemoryKeyStore()) {
            contract(store);
        }
    }

    @Test
    void onTheDisk() {
        try (KeyStore store = RocksKeyStore.open(folder.resolve("keys"))) {
            contract(store);
        }
    }

    /** An entry of a file that was read ahead must never hide a newer one, wherever the process is killed. */
    @Test
    void whatIsKeptIsOnTheDiskWithWhatIsTakenIn() throws IOException {
        Path copy = folder.resolve("copy");
        try (KeyStore store = RocksKeyStore.open(folder.resolve("keys"));
                BulkLoad load = complete(store)) {
            store.write(List.of(key(7)), List.of(bytes("newer")));
            load.takeIn(List.of(key(7)), List.of(bytes("newer")));
            Copies.copy(folder.resolve("keys"), copy);
        }
        try (KeyStore killed = RocksKeyStore.open(copy)) {
            assertThat(get(killed, key(6))).isEqualTo("ahead 6");
            assertThat(get(killed, key(7))).isEqualTo("newer");
        }
        assertThat(folder.resolve("keys").resolve("incoming")).isEmptyDirectory();
    }

    @Test
    void whatWasWrittenBeforeIsThereWhereverTheLoadIs() throws IOException {
        Path copy = folder.resolve("copy");
        try (KeyStore store = RocksKeyStore.open(folder.resolve("keys"))) {
            store.write(List.of(bytes("number")), List.of(bytes("1")));
            load(store, "loaded ");
            store.write(List.of(bytes("number")), List.of(bytes("2")));
            Copies.copy(folder.resolve("keys"), copy);
        }
        try (KeyStore killed = RocksKeyStore.open(copy)) {
            assertThat(get(killed, key(7))).isEqualTo("loaded 7");
            assertThat(get(killed, bytes("number"))).isEqualTo("1");
        }
    }

    @Test
    void aLoadThatWasKilledLeavesNothing() throws IOException {
        Path copy = folder.resolve("copy");
        try (KeyStore store = RocksKeyStore.open(folder.resolve("keys"))) {
            try (BulkLoad load = store.bulkLoad()) {
                for (int i = 0; i < ENTRIES; i++) {
                    load.put(key(i), bytes("loaded"));
                }
                Copies.copy(folder.resolve("keys"), copy);
            }
            assertThat(get(store, key(7))).isNull();
        }
        assertThat(files(copy.resolve("incoming"))).hasSize(1);
        try (KeyStore killed = RocksKeyStore.open(copy)) {
            assertThat(get(killed, key(7))).isNull();
            load(killed, "loaded ");
            assertThat(get(killed, key(7))).isEqualTo("loaded 7");
        }
        assertThat(files(copy.resolve("incoming"))).isEmpty();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
