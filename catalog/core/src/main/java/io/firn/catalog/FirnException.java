package io.firn.catalog;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one exception of this product: a stable {@linkplain ErrorCode code}, and one line for each problem that names the
 * thing, its value and the rule it breaks. What a user sees of it is exactly these lines.
 */
public final class FirnException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** One problem. Line ends in {@code message} become spaces. */
    public FirnException(ErrorCode code, String message) {
        this(code, List.of(message), null);
    }

    /** One problem that something else reported first. */
    public FirnException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, List.of(message), cause);
    }

    private FirnException(ErrorCode code, List<String> problems, @Nullable Throwable cause) {
        super(problems.stream().map(FirnException::oneLine).collect(Collectors.joining("\n")), cause);
        this.code = code;
    }

    /**
     * Several problems found together.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static FirnException ofAll(ErrorCode code, List<String> problems) {
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("problems must not be empty");
        }
        return new FirnException(code, problems, null);
    }

    /** A state that the code rules out; the cause goes to the log. */
    public static FirnException internal(String message, @Nullable Throwable cause) {
        return new FirnException(ErrorCode.INTERNAL, message, cause);
    }

    /** Marks the thread as interrupted again and says what was under way. */
    public static FirnException interrupted(String doing, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new FirnException(ErrorCode.INTERRUPTED, "interrupted while " + doing, cause);
    }

    /** The same failure with a place in front of every line: {@code "table atlas.product: …"}. */
    public FirnException in(String place) {
        FirnException placed = new FirnException(
                code, problems().stream().map(p -> place + ": " + p).toList(), getCause());
        placed.setStackTrace(getStackTrace());
        return placed;
    }

    /** The stable name of what happened. */
    public ErrorCode code() {
        return code;
    }

    /** Who can put it right. */
    public Blame blame() {
        return code.blame();
    }

    /** One line for each problem, at least one. */
    public List<String> problems() {
        return String.valueOf(getMessage()).lines().toList();
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
