package io.firn.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * The file in which a PostgreSQL server notes its process id. It outlives a server that was killed, and PostgreSQL
 * refuses to start when that id has since been given to any other process.
 */
record PostmasterFile(Path file) {
    private static final Duration END_LIMIT = Duration.ofSeconds(30);

    static PostmasterFile in(Path dataDirectory) {
        return new PostmasterFile(dataDirectory.resolve("postmaster.pid"));
    }

    OptionalLong pid() throws IOException {
        if (!Files.exists(file)) {
            return OptionalLong.empty();
        }
        List<String> lines = Files.readAllLines(file);
        return lines.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(lines.get(0).trim()));
    }

    /** Ends the server that wrote the file, if it still runs, and removes the file. */
    void endServer() throws IOException {
        OptionalLong pid = pid();
        if (pid.isPresent()) {
            ProcessHandle.of(pid.getAsLong()).filter(PostmasterFile::isPostgres).ifPresent(PostmasterFile::end);
        }
        Files.deleteIfExists(file);
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info().command().filter(c -> c.endsWith("postgres")).isPresent();
    }

    /**
     * QUIT is PostgreSQL's immediate shutdown: it ends the sessions too, where TERM would wait for them. A dead process
     * that nobody has waited for keeps its id but has no command.
     */
    private static void end(ProcessHandle process) {
        try {
            new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid())).start();
        } catch (IOException e) {
            throw new UncheckedIOException("no command to end PostgreSQL process " + process.pid(), e);
        }
        long deadline = System.nanoTime() + END_LIMIT.toNanos();
        while (isPostgres(process)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "PostgreSQL process " + process.pid() + " of an earlier run did not end within " + END_LIMIT);
            }
            Pause.briefly();
        }
    }
}
