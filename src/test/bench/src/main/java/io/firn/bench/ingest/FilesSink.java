package io.firn.bench.ingest;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes the values of one topic as lines of numbered files, for engines that are not to be measured with Kafka;
 * tombstones and other topics are left out.
 */
final class FilesSink implements MessageSink {

    private static final int BUFFER_BYTES = 1 << 20;

    private final Path folder;
    private final String topic;
    private final int linesPerFile;
    private @Nullable OutputStream file;
    private long lines;

    FilesSink(Path folder, String topic, int linesPerFile) {
        this.folder = folder;
        this.topic = topic;
        this.linesPerFile = linesPerFile;
    }

    @Override
    public void send(String topicOfMessage, byte[] key, byte @Nullable [] value) {
        if (value == null || !topicOfMessage.equals(topic)) {
            return;
        }
        try {
            OutputStream out = fileOfNextLine();
            out.write(value);
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            closeFile();
        } catch (IOException e) {
            throw new IllegalStateException("Cannot finish the last file in " + folder, e);
        }
    }

    private OutputStream fileOfNextLine() throws IOException {
        if (file == null || lines % linesPerFile == 0) {
            closeFile();
            Files.createDirectories(folder);
            Path next = folder.resolve("%05d.jsonl".formatted(lines / linesPerFile));
            file = new BufferedOutputStream(Files.newOutputStream(next), BUFFER_BYTES);
        }
        lines++;
        return file;
    }

    private void closeFile() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
