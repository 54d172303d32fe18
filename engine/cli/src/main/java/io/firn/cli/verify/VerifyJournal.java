package io.firn.cli.verify;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.dq.verify.KeyRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** The parts of a table that are still to be compared in the present round; in a file, for the next run to go on. */
final class VerifyJournal {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Deque<KeyRange> left;

    private VerifyJournal(Path file, List<KeyRange> left) {
        this.file = file;
        this.left = new ArrayDeque<>(left);
    }

    /**
     * Goes on with the round that a file holds, or begins one.
     *
     * @param division of the table, asked when a round begins
     */
    static VerifyJournal open(Path file, Supplier<List<KeyRange>> division) {
        try {
            if (Files.exists(file)) {
                List<KeyRange> left = JSON.readValue(file.toFile(), new TypeReference<List<KeyRange>>() {});
                if (!left.isEmpty()) {
                    return new VerifyJournal(file, left);
                }
            }
            return new VerifyJournal(file, division.get());
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** The next part; there must be one. */
    KeyRange next() {
        return left.getFirst();
    }

    /** How many parts are left in this round. */
    int left() {
        return left.size();
    }

    /** The next part has been compared. */
    void compared() {
        left.removeFirst();
        Path written = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            JSON.writeValue(written.toFile(), left);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static FirnException failed(Path file, IOException e) {
        return new FirnException(ErrorCode.STORAGE_FAILED, "%s cannot be used: %s".formatted(file, e.getMessage()), e);
    }
}
