package io.firn.catalog;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What to tell a user of a failure that a library reported. */
public final class Failures {

    /** What AWS calls a login that it does not accept; some services say so with status 400. */
    private static final Set<String> AWS_REFUSALS = Set.of(
            "AccessDenied",
            "AccessDeniedException",
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "InvalidToken",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException");

    private Failures() {}

    /** Whether AWS did not accept who asked, or what they asked for: credentials or rights have to be put right. */
    public static boolean isRefusedByAws(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AwsServiceException refused) {
                return isRefusal(refused);
            }
        }
        return false;
    }

    private static boolean isRefusal(AwsServiceException failure) {
        AwsErrorDetails details = failure.awsErrorDetails();
        return failure.statusCode() == 401
                || failure.statusCode() == 403
                || details != null && details.errorCode() != null && AWS_REFUSALS.contains(details.errorCode());
    }

    /**
     * What a user can be told of a failure that no code of Firn has met: a cloud service that refused, an outcome that
     * nobody knows, a full disk.
     *
     * @return empty when the failure says nothing that a user could act on
     */
    public static Optional<FirnException> known(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FirnException known && known.blame() != Blame.INTERNAL) {
                return Optional.of(known);
            }
            if (cause instanceof CommitStateUnknownException) {
                return Optional.of(new FirnException(
                        ErrorCode.COMMIT_UNKNOWN,
                        "the catalog did not say whether a commit took place: %s; start again, and Firn finds out"
                                .formatted(rootMessage(cause)),
                        failure));
            }
            if (cause instanceof AwsServiceException refused) {
                boolean denied = isRefusal(refused);
                return Optional.of(new FirnException(
                        denied ? ErrorCode.ACCESS_DENIED : ErrorCode.CATALOG_UNAVAILABLE,
                        "AWS %s the request: %s".formatted(denied ? "denied" : "failed", rootMessage(refused)),
                        failure));
            }
            if (cause instanceof SdkClientException unreachable) {
                return Optional.of(new FirnException(
                        ErrorCode.CATALOG_UNAVAILABLE, "AWS cannot be reached: " + rootMessage(unreachable), failure));
            }
        }
        return Optional.empty();
    }

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
