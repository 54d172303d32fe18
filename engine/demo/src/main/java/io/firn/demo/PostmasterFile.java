package io.firn.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The file in which a PostgreSQL server notes its process id. It outlives a server that was killed, and PostgreSQL
 * refuses to start when that id has since been given to any other process.
 */
record PostmasterFile(Path file) {
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

    /** QUIT is PostgreSQL's immediate shutdown: it ends the sessions too, where TERM would wait for them. */
    private static void end(ProcessHandle process) {
        try {
            new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid())).start();
            process.onExit().get(20, TimeUnit.SECONDS);
        } catch (IOException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "PostgreSQL process " + process.pid() + " of an earlier run cannot be ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while ending PostgreSQL process " + process.pid(), e);
        }
    }
}
