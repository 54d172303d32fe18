package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the tokens of JSON in UTF-8 that is in memory as a whole, one document after the other. It makes nothing of a
 * value that nobody asks for. What it does not take, Jackson's own parser must refuse, whose words then say why.
 */
final class JsonScanner {
    private static final JsonFactory JACKSON = new JsonFactory();
    private static final int MAX_DEPTH = 1000;

    private final JsonNameTable table = new JsonNameTable();
    private final JsonName outside = new JsonName("", new byte[0]);
    private byte[] in = {};
    private int start;
    private int next;
    private int end;

    private boolean[] objects = new boolean[16];
    /** For each object that is open, the field that it is at; at 0 the one before the document. */
    private JsonName[] fields = new JsonName[16];

    private int depth;
    private boolean isFirst;
    private boolean awaitsValue;

    private @Nullable String name;
    private int tokenStart;
    private int tokenEnd;
    private boolean hasEscapes;
    private long number;

    void open(byte[] bytes, int from, int length) {
        in = bytes;
        start = from;
        next = from;
        end = from + length;
        depth = 0;
        isFirst = true;
        awaitsValue = true;
        name = null;
        fields[0] = outside;
    }

    /** @return the next token; null after the document */
    @Nullable
    JsonToken next() throws IOException {
        if (awaitsValue) {
            awaitsValue = false;
            return value(nonSpace());
        }
        if (depth == 0) {
            return null;
        }
        if (objects[depth - 1] && takeExpectedName()) {
            return JsonToken.FIELD_NAME;
        }
        int c = nonSpace();
        if (c == (objects[depth - 1] ? '}' : ']')) {
            return leave();
        }
        boolean wasFirst = isFirst;
        if (!wasFirst) {
            require(c == ',');
            c = nonSpace();
        }
        isFirst = false;
        if (!objects[depth - 1]) {
            return value(c);
        }
        require(c == '"');
        expect(readName(), wasFirst);
        require(nonSpace() == ':');
        awaitsValue = true;
        return JsonToken.FIELD_NAME;
    }

    /**
     * Records are alike: what follows a field, or is an object's first, is almost always what it was the last time. A
     * guess that is right saves looking the name up.
     */
    private boolean takeExpectedName() {
        JsonName guess = isFirst ? fields[depth - 1].inside : fields[depth].after;
        if (guess == null) {
            return false;
        }
        int at = next;
        if (!isFirst) {
            if (at >= end || in[at] != ',') {
                return false;
            }
            at++;
        }
        byte[] written = guess.written;
        int behind = at + written.length;
        if (behind > end || !Arrays.equals(in, at, behind, written, 0, written.length)) {
            return false;
        }
        fields[depth] = guess;
        name = guess.text;
        next = behind;
        isFirst = false;
        awaitsValue = true;
        return true;
    }

    /** Skips what is in the object or array that has just begun. */
    void skip() throws IOException {
        int outside = depth - 1;
        while (depth > outside) {
            next();
        }
    }

    private JsonToken value(int c) throws IOException {
        return switch (c) {
            case '"' -> {
                readString();
                yield JsonToken.VALUE_STRING;
            }
            case '{' -> enter(JsonToken.START_OBJECT);
            case '[' -> enter(JsonToken.START_ARRAY);
            case 't' -> literal("true", JsonToken.VALUE_TRUE);
            case 'f' -> literal("false", JsonToken.VALUE_FALSE);
            case 'n' -> literal("null", JsonToken.VALUE_NULL);
            default -> number(c);
        };
    }

    private int nonSpace() throws IOException {
        while (next < end) {
            int c = in[next++];
            if (c > ' ' || !isSpace(c)) {
                return c;
            }
        }
        throw malformed();
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    private JsonToken enter(JsonToken token) throws IOException {
        require(depth < MAX_DEPTH);
        if (depth == objects.length) {
            objects = Arrays.copyOf(objects, depth * 2);
        }
        if (depth + 1 >= fields.length) {
            fields = Arrays.copyOf(fields, fields.length * 2);
        }
        if (token == JsonToken.START_ARRAY) {
            fields[depth + 1] = fields[depth];
        }
        objects[depth++] = token == JsonToken.START_OBJECT;
        isFirst = true;
        return token;
    }

    private JsonToken leave() {
        depth--;
        isFirst = false;
        return objects[depth] ? JsonToken.END_OBJECT : JsonToken.END_ARRAY;
    }

    private JsonToken literal(String word, JsonToken token) throws IOException {
        tokenStart = next - 1;
        require(tokenStart + word.length() <= end);
        for (int i = 1; i < word.length(); i++) {
            require(in[next++] == word.charAt(i));
        }
        tokenEnd = next;
        requireEndOfWord();
        return token;
    }

    /** A word or a number ends where something else can begin. */
    private void requireEndOfWord() throws IOException {
        if (next < end) {
            int c = in[next];
            require(depth > 0 && (c == ',' || c == '}' || c == ']') || isSpace(c));
        }
    }

    private JsonName readName() throws IOException {
        int from = next;
        int at = Utf8.endOfPlain(in, from, end);
        require(at < end);
        if (in[at] == '"') {
            next = at + 1;
            try {
                return table.find(in, from, at);
            } catch (CharacterCodingException e) {
                throw malformed();
            }
        }
        readString();
        return JsonName.unexpected(text());
    }

    private void expect(JsonName found, boolean isFirstInObject) {
        if (isFirstInObject) {
            fields[depth - 1].inside = found;
        } else {
            fields[depth].after = found;
        }
        fields[depth] = found;
        name = found.text;
    }

    private void readString() throws IOException {
        tokenStart = next;
        hasEscapes = false;
        int at = Utf8.endOfPlain(in, next, end);
        while (at < end && in[at] == '\\') {
            hasEscapes = true;
            at = Utf8.endOfPlain(in, Math.min(at + 2, end), end);
        }
        require(at < end && in[at] == '"');
        tokenEnd = at;
        next = at + 1;
    }

    private JsonToken number(int first) throws IOException {
        tokenStart = next - 1;
        int at = tokenStart;
        boolean isNegative = first == '-';
        at += isNegative ? 1 : 0;
        int digits = at;
        long value = 0;
        while (at < end && isDigit(in[at])) {
            value = value * 10 + in[at++] - '0';
        }
        require(at > digits && (in[digits] != '0' || at == digits + 1));
        number = isNegative ? -value : value;
        boolean isWhole = true;
        if (at < end && in[at] == '.') {
            isWhole = false;
            at = digits(at + 1);
        }
        if (at < end && (in[at] | 0x20) == 'e') {
            isWhole = false;
            at++;
            at = digits(at < end && (in[at] == '+' || in[at] == '-') ? at + 1 : at);
        }
        tokenEnd = at;
        next = at;
        requireEndOfWord();
        hasEscapes = false;
        return isWhole ? JsonToken.VALUE_NUMBER_INT : JsonToken.VALUE_NUMBER_FLOAT;
    }

    private int digits(int from) throws IOException {
        int at = from;
        while (at < end && isDigit(in[at])) {
            at++;
        }
        require(at > from);
        return at;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private void require(boolean holds) throws IOException {
        if (!holds) {
            throw malformed();
        }
    }

    private IOException malformed() {
        try (JsonParser jackson = JACKSON.createParser(in, start, end - start)) {
            jackson.nextToken();
            jackson.skipChildren();
        } catch (IOException e) {
            return e;
        }
        return new JsonParseException(null, "Unexpected byte " + (next - start));
    }

    /** @return the field that the value belongs to */
    @Nullable
    String name() {
        return name;
    }

    void rename(String other) {
        name = other;
    }

    /** @return the text of a string or of a number */
    String text() throws IOException {
        try {
            return hasEscapes || !Utf8.isAscii(in, tokenStart, tokenEnd)
                    ? JsonText.of(in, tokenStart, tokenEnd)
                    : plain();
        } catch (CharacterCodingException e) {
            throw malformed();
        }
    }

    /** @return the same in UTF-8 */
    byte[] utf8() throws IOException {
        if (hasEscapes) {
            return text().getBytes(StandardCharsets.UTF_8);
        }
        if (!Utf8.isAscii(in, tokenStart, tokenEnd)) {
            try {
                Utf8.require(in, tokenStart, tokenEnd);
            } catch (CharacterCodingException e) {
                throw malformed();
            }
        }
        return Arrays.copyOfRange(in, tokenStart, tokenEnd);
    }

    /** @return the token as it stands there, for one that is known to be ASCII */
    String plain() {
        return new String(in, tokenStart, tokenEnd - tokenStart, StandardCharsets.ISO_8859_1);
    }

    /** @return a whole number, when it has {@link #digits} that fit */
    long number() {
        return number;
    }

    /** @return how many digits a whole number has */
    int digits() {
        return tokenEnd - tokenStart - (in[tokenStart] == '-' ? 1 : 0);
    }

    /** @return where the scanner is, in bytes from the beginning of the document */
    int offset() {
        return next - start;
    }

    /** @return where the token begins */
    int tokenOffset() {
        return tokenStart - start;
    }
}
