package io.firn.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCacheTest {
    @TempDir
    Path folder;

    private final InMemoryFileIO io = new InMemoryFileIO();

    private FileCache.Wanted file(String name, int bytes) {
        io.addFile("mem://" + name, new byte[bytes]);
        return new FileCache.Wanted("mem://" + name, bytes);
    }

    private static Path only(Map<String, Path> staged) {
        return staged.values().iterator().next();
    }

    private List<Path> files(String of) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(of))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void aFileIsFetchedOnceAndThenFoundByEveryCacheOfTheFolder() throws Exception {
        FileCache.Wanted a = file("a", 10);
        try (FileCache cache = new FileCache(folder, 100);
                FileCache.Lease lease = cache.lease()) {
            assertThat(only(lease.stage(io, List.of(a)))).hasSize(10);
        }
        io.deleteFile("mem://a");
        try (FileCache cache = new FileCache(folder, 100);
                FileCache.Lease lease = cache.lease()) {
            assertThat(only(lease.stage(io, List.of(a)))).hasSize(10);
        }
    }

    @Test
    void theLongestUnusedFileMakesRoom() throws Exception {
        FileCache.Wanted a = file("a", 40);
        FileCache.Wanted b = file("b", 40);
        try (FileCache cache = new FileCache(folder, 100)) {
            for (FileCache.Wanted wanted : List.of(a, b, a, file("c", 40))) {
                try (FileCache.Lease lease = cache.lease()) {
                    Path staged = only(lease.stage(io, List.of(wanted)));
                    long used = Files.getLastModifiedTime(staged).toMillis();
                    org.awaitility.Awaitility.await().until(() -> System.currentTimeMillis() > used);
                }
            }
            io.deleteFile("mem://a");
            io.deleteFile("mem://b");
            try (FileCache.Lease lease = cache.lease()) {
                assertThat(only(lease.stage(io, List.of(a)))).hasSize(40);
                assertThatThrownBy(() -> lease.stage(io, List.of(b)))
                        .isInstanceOfSatisfying(
                                FirnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED));
            }
        }
    }

    @Test
    void aFileThatIsReadStaysUntilItsReaderIsDone() throws Exception {
        FileCache.Wanted a = file("a", 40);
        try (FileCache cache = new FileCache(folder, 100);
                FileCache other = new FileCache(folder, 50)) {
            Path staged;
            try (FileCache.Lease first = cache.lease();
                    FileCache.Lease second = other.lease()) {
                staged = only(first.stage(io, List.of(a)));
                second.stage(io, List.of(file("b", 50)));
                assertThat(staged).hasSize(40);
            }
            assertThat(staged).doesNotExist();
        }
        assertThat(files("readers")).isEmpty();
    }

    @Test
    void whatAReaderThatDiedLeftBehindIsSwept() throws Exception {
        Path dead = Files.createDirectories(folder.resolve("readers/dead"));
        Files.writeString(dead.resolve("lock"), "");
        Files.writeString(dead.resolve("1"), "left behind");
        try (FileCache cache = new FileCache(folder, 100);
                FileCache.Lease lease = cache.lease()) {
            lease.stage(io, List.of(file("a", 1)));
            assertThat(dead).doesNotExist();
            try (FileCache second = new FileCache(folder, 100);
                    FileCache.Lease other = second.lease()) {
                other.stage(io, List.of(file("b", 1)));
                assertThat(files("readers")).hasSize(4);
            }
        }
    }

    @Test
    void aScanThatCannotFitIsRefusedBeforeAnythingIsFetched() {
        try (FileCache cache = new FileCache(folder, 100);
                FileCache.Lease lease = cache.lease()) {
            assertThatThrownBy(() -> lease.stage(io, List.of(file("a", 60), file("b", 60))))
                    .isInstanceOfSatisfying(
                            FirnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_TOO_SMALL))
                    .hasMessage("the files to read take 120 bytes but the cache %s may hold 100;".formatted(folder)
                            + " read fewer, or raise its limit");
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void aTableInAnotherStoreIsWrittenAndReadThroughFileIo() throws Exception {
        try (TestLake lake = new TestLake(folder);
                Workbench workbench = new Workbench(lake.duck, TestLake.config(folder));
                InMemoryCatalog catalog = new InMemoryCatalog();
                DuckDBConnection connection = lake.duck.connect()) {
            catalog.initialize("mem", Map.of("warehouse", "mem://warehouse"));
            catalog.createNamespace(Namespace.of("n"));
            Schema schema = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
            Table table = catalog.createTable(TableIdentifier.of("n", "t"), schema, PartitionSpec.unpartitioned());
            DataFile file = lake.out(table)
                    .write(connection, "SELECT i AS id FROM range(1000) t(i)")
                    .orElseThrow();
            assertThat(file.location()).startsWith("mem://warehouse/n/t/data/");
            TestLake.append(table, List.of(file));
            workbench.view(connection, "v", Scan.of(table, new AsOf.Head()));
            assertThat(TestLake.query(connection, "SELECT count(*), sum(id) FROM v"))
                    .containsExactly("1000|499500");
            assertThat(files("upload")).isEmpty();
        }
    }
}
