package io.firn.catalog;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Locale;

/** What to tell a user of a failure that a library reported. */
public final class Failures {

    private Failures() {}

    /** The innermost cause in one line. */
    public static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? "" : root.getMessage().strip();
        if (root instanceof AccessDeniedException) {
            return message + ": permission denied";
        }
        boolean namesOnlyTheFile = root instanceof FileSystemException file && file.getReason() == null;
        return message.isEmpty() || namesOnlyTheFile
                ? (spoken(root) + " " + message).strip()
                : message.replaceAll("\\s*\\R\\s*", " ");
    }

    /** {@code FileAlreadyExistsException} as {@code "file already exists"}. */
    private static String spoken(Throwable failure) {
        String name = failure.getClass().getSimpleName().replaceAll("(Exception|Error)$", "");
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }
}
