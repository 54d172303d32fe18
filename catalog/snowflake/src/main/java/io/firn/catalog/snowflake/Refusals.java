package io.firn.catalog.snowflake;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What Snowflake's refusals mean, and what puts them right. */
final class Refusals {

    private record Meaning(List<Integer> codes, Pattern message, ErrorCode code, String advice) {
        boolean fits(SQLException refusal) {
            return codes.contains(refusal.getErrorCode())
                    || message.matcher(String.valueOf(refusal.getMessage())).find();
        }
    }

    private static final Pattern NEVER = Pattern.compile("(?!)");

    private static final List<Meaning> LOGIN = List.of(
            new Meaning(
                    List.of(390144),
                    Pattern.compile("JWT token is invalid"),
                    ErrorCode.ACCESS_DENIED,
                    "the user's public key must be the one of serving.snowflake.private-key: ALTER USER … SET"
                            + " RSA_PUBLIC_KEY sets it"),
            new Meaning(
                    List.of(390100, 390422),
                    NEVER,
                    ErrorCode.ACCESS_DENIED,
                    "serving.snowflake.user must exist, and a network policy must let this machine in"),
            new Meaning(
                    List.of(390189, 390201),
                    NEVER,
                    ErrorCode.ACCESS_DENIED,
                    "serving.snowflake.role and warehouse must exist and be granted to the user"));

    private static final List<Meaning> STATEMENT = List.of(
            new Meaning(
                    List.of(3001),
                    Pattern.compile("(?i)insufficient privileges"),
                    ErrorCode.ACCESS_DENIED,
                    "the role lacks the right: an account administrator runs what `firn snowflake ddl --part account`"
                            + " prints, or run this with --as ACCOUNTADMIN"),
            new Meaning(
                    List.of(),
                    Pattern.compile("(?i)assum(e|ing).*role"),
                    ErrorCode.ACCESS_DENIED,
                    "the trust policy of serving.snowflake.aws-role must name Snowflake's user and external id: DESC"
                            + " EXTERNAL VOLUME shows both"),
            new Meaning(
                    List.of(),
                    Pattern.compile("(?i)\\bregion\\b"),
                    ErrorCode.CONFIG_INVALID,
                    "the bucket must be in the account's own region and cloud"),
            new Meaning(
                    List.of(),
                    Pattern.compile("(?i)unsupported.*(type|feature)|(type|feature).*(not|un)\\s*supported"),
                    ErrorCode.TYPE_UNSUPPORTED,
                    "firn check names the columns that Snowflake cannot read"),
            new Meaning(
                    List.of(),
                    Pattern.compile("(?i)metadata.*(not exist|not found|missing)"),
                    ErrorCode.TAG_NOT_FOUND,
                    "the day must be tagged, and its pinned metadata must be in the lake"),
            new Meaning(
                    List.of(2003, 2043),
                    Pattern.compile("(?i)does not exist or not authorized"),
                    ErrorCode.ACCESS_DENIED,
                    "it must be made first (`firn snowflake apply`), and the role must be granted it"));

    private Refusals() {}

    static FirnException ofLogin(String where, SQLException refusal) {
        return LOGIN.stream()
                .filter(meaning -> meaning.fits(refusal))
                .findFirst()
                .map(meaning -> exception(meaning, where + " refused the login", refusal))
                .orElseGet(() -> new FirnException(
                        ErrorCode.SERVING_UNAVAILABLE,
                        "%s cannot be reached: %s".formatted(where, refusal.getMessage()),
                        refusal));
    }

    static FirnException ofStatement(String doing, SQLException refusal) {
        return STATEMENT.stream()
                .filter(meaning -> meaning.fits(refusal))
                .findFirst()
                .map(meaning -> exception(meaning, doing + " was refused", refusal))
                .orElseGet(() -> new FirnException(
                        ErrorCode.SERVING_UNAVAILABLE,
                        "%s failed: %s".formatted(doing, refusal.getMessage()),
                        refusal));
    }

    private static FirnException exception(Meaning meaning, String what, SQLException refusal) {
        return new FirnException(
                meaning.code(), "%s: %s; %s".formatted(what, sentence(refusal), meaning.advice()), refusal);
    }

    private static String sentence(SQLException refusal) {
        return String.valueOf(refusal.getMessage()).strip().replaceFirst("\\.$", "");
    }

    /** Whether the account does not know a tag in AT: it says that it does not understand the words. */
    static boolean isUnknownSyntax(SQLException refusal) {
        String message = String.valueOf(refusal.getMessage()).toLowerCase(Locale.ROOT);
        return refusal.getErrorCode() == 1003 || message.contains("syntax error") || message.contains("unsupported");
    }
}
