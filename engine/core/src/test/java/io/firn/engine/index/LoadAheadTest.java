package io.firn.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entries that are written while the store is in use, and count later. */
class LoadAheadTest {
    private static final int ENTRIES = 30_000;

    @TempDir
    Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] key(int number) {
        return bytes("key%09d".formatted(number));
    }

    private static @Nullable String get(KeyStore store, byte[] key) {
        byte[] value = store.get(List.of(key)).get(0);
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    private static LoadAhead load(KeyStore store) {
        LoadAhead load = store.loadAhead();
        for (int i = 0; i < ENTRIES; i++) {
            load.put(key(i), bytes("ahead " + i));
        }
        load.complete();
        return load;
    }

    private static void contract(KeyStore store) {
        store.write(List.of(key(1), key(2), bytes("zz")), List.of(bytes("old"), bytes("old"), bytes("other")));
        try (LoadAhead load = load(store)) {
            store.write(List.of(key(2), key(5)), List.of(bytes("newer"), bytes("newer")));
            assertThat(get(store, key(1))).isEqualTo("old");
            assertThat(get(store, key(3))).isNull();
            load.takeIn(List.of(key(2), key(5)), List.of(bytes("newer"), bytes("newer")));
        }
        assertThat(get(store, key(1))).isEqualTo("ahead 1");
        assertThat(get(store, key(2))).isEqualTo("newer");
        assertThat(get(store, key(5))).isEqualTo("newer");
        assertThat(get(store, key(ENTRIES - 1))).isEqualTo("ahead " + (ENTRIES - 1));
        assertThat(get(store, bytes("zz"))).isEqualTo("other");
        store.write(List.of(key(1)), List.of(bytes("last")));
        assertThat(get(store, key(1))).isEqualTo("last");
        try (LoadAhead unused = load(store)) {
            assertThat(get(store, key(1))).isEqualTo("last");
        }
        assertThat(get(store, key(1))).isEqualTo("last");
        try (LoadAhead nothing = store.loadAhead()) {
            nothing.complete();
            nothing.takeIn(List.of(), List.of());
        }
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
        assertThat(folder.resolve("keys").resolve("incoming")).isEmptyDirectory();
    }

    /** An entry of a file that was read ahead must never hide a newer one, wherever the process is killed. */
    @Test
    void whatIsKeptIsOnTheDiskWithWhatIsTakenIn() throws Exception {
        Path copy = folder.resolve("copy");
        try (KeyStore store = RocksKeyStore.open(folder.resolve("keys"));
                LoadAhead load = load(store)) {
            store.write(List.of(key(7)), List.of(bytes("newer")));
            load.takeIn(List.of(key(7)), List.of(bytes("newer")));
            Copies.copy(folder.resolve("keys"), copy);
        }
        try (KeyStore killed = RocksKeyStore.open(copy)) {
            assertThat(get(killed, key(6))).isEqualTo("ahead 6");
            assertThat(get(killed, key(7))).isEqualTo("newer");
        }
    }
}
