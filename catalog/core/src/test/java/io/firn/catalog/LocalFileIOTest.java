package io.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFileIOTest {
    @TempDir
    Path folder;

    private final LocalFileIO io = new LocalFileIO();

    @Test
    void aFileGoesIntoFoldersThatAreMadeForIt() throws IOException {
        OutputFile file = io.newOutputFile("file:" + folder.resolve("a/b/c.txt"));
        try (PositionOutputStream out = file.create()) {
            out.write("snow".getBytes(StandardCharsets.UTF_8));
            assertThat(out.getPos()).isEqualTo(4);
        }
        assertThat(Files.readString(folder.resolve("a/b/c.txt"))).isEqualTo("snow");
        assertThat(file.toInputFile().getLength()).isEqualTo(4);
    }

    @Test
    void aStreamMayBeClosedTwice() throws IOException {
        Path path = folder.resolve("twice.txt");
        PositionOutputStream out = io.newOutputFile(path.toString()).create();
        out.write('f');
        out.close();
        Files.delete(path);
        out.close();
        assertThat(path).doesNotExist();
    }

    @Test
    void aFileIsNotWrittenOver() throws IOException {
        Path path = Files.writeString(folder.resolve("there.txt"), "ice");
        assertThatThrownBy(() -> io.newOutputFile(path.toString()).create())
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessage("File %s already exists", path);
        assertThat(Files.readString(path)).isEqualTo("ice");
    }
}
