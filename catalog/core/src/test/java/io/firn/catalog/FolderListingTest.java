package io.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FolderListingTest {
    @TempDir
    private Path folder;

    static Stream<SupportsPrefixOperations> stores() {
        return Stream.of(new LocalFileIO(), new HadoopFileIO());
    }

    @ParameterizedTest
    @MethodSource("stores")
    void aFolderThatIsNotThereHasNoFiles(SupportsPrefixOperations io) {
        assertThat(FolderListing.files(io, "file:" + folder + "/missing/")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("stores")
    void filesOfFoldersBelowAreListed(SupportsPrefixOperations io) throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("a/b")).resolve("c"), "text");
        assertThat(FolderListing.files(io, "file:" + folder + "/a/"))
                .extracting(FileInfo::location, FileInfo::size)
                .containsExactly(tuple("file:" + folder + "/a/b/c", 4L));
    }
}
