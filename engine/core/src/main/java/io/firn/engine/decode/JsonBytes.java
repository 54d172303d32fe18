package io.firn.engine.decode;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.Version;
import com.fasterxml.jackson.core.base.ParserMinimalBase;
import com.fasterxml.jackson.core.io.ContentReference;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of JSON in UTF-8 that is in memory as a whole, read again and again by one instance: it makes no string that
 * nobody asks for, and skips what nobody reads. What it does not take, Jackson's own parser must refuse, whose words
 * then say why.
 */
final class JsonBytes extends ParserMinimalBase {
    private static final JsonFactory JACKSON = new JsonFactory();
    private static final int MAX_DEPTH = 1000;
    private static final int MAX_LONG_DIGITS = 18;

    /** Bytes that end the fast part of a string: the quote, the backslash and control characters. */
    private static final boolean[] STOPS = stops();

    private final JsonNameTable table = new JsonNameTable();
    private byte[] in = {};
    private int start;
    private int next;
    private int end;

    private boolean[] objects = new boolean[16];
    private int depth;
    private boolean isFirst;
    private boolean awaitsValue;

    private @Nullable String name;
    private int tokenStart;
    private int tokenEnd;
    private boolean hasEscapes;
    private boolean isAscii;
    private long number;
    private @Nullable String text;

    private static boolean[] stops() {
        boolean[] stops = new boolean[256];
        Arrays.fill(stops, 0, 0x20, true);
        stops['"'] = true;
        stops['\\'] = true;
        return stops;
    }

    JsonBytes() {
        super(StreamReadConstraints.defaults());
    }

    /** Begins to read another document, whose bytes must stay as they are. */
    JsonBytes open(byte[] bytes, int from, int length) {
        in = bytes;
        start = from;
        next = from;
        end = from + length;
        depth = 0;
        isFirst = true;
        awaitsValue = true;
        name = null;
        text = null;
        _currToken = null;
        return this;
    }

    @Override
    public @Nullable JsonToken nextToken() throws IOException {
        text = null;
        if (awaitsValue) {
            awaitsValue = false;
            return set(value(nonSpace()));
        }
        if (depth == 0) {
            return set(null);
        }
        int c = nonSpace();
        if (c == (objects[depth - 1] ? '}' : ']')) {
            return set(leave());
        }
        if (!isFirst) {
            require(c == ',');
            c = nonSpace();
        }
        isFirst = false;
        if (!objects[depth - 1]) {
            return set(value(c));
        }
        require(c == '"');
        readName();
        require(nonSpace() == ':');
        awaitsValue = true;
        return set(JsonToken.FIELD_NAME);
    }

    private @Nullable JsonToken set(@Nullable JsonToken token) {
        _currToken = token;
        return token;
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
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return c;
            }
        }
        throw malformed();
    }

    private JsonToken enter(JsonToken token) throws IOException {
        require(depth < MAX_DEPTH);
        if (depth == objects.length) {
            objects = Arrays.copyOf(objects, depth * 2);
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
            boolean endsValue = depth > 0 && (c == ',' || c == '}' || c == ']');
            require(endsValue || c == ' ' || c == '\n' || c == '\r' || c == '\t');
        }
    }

    private void readName() throws IOException {
        int from = next;
        int at = next;
        int hash = 0;
        while (at < end && !STOPS[in[at] & 0xFF]) {
            hash = hash * 31 + in[at++];
        }
        require(at < end);
        if (in[at] == '"') {
            next = at + 1;
            try {
                name = table.find(in, from, at, hash);
            } catch (CharacterCodingException e) {
                throw malformed();
            }
            return;
        }
        readString();
        name = string();
        text = null;
    }

    private void readString() throws IOException {
        tokenStart = next;
        hasEscapes = false;
        int at = next;
        int bits = 0;
        while (true) {
            while (at < end && !STOPS[in[at] & 0xFF]) {
                bits |= in[at++];
            }
            require(at < end);
            if (in[at] == '"') {
                break;
            }
            require(in[at] == '\\' && at + 1 < end);
            hasEscapes = true;
            at += 2;
        }
        isAscii = bits >= 0;
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
        isAscii = true;
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
        return new JsonParseException(this, "Unexpected byte " + (next - start));
    }

    @Override
    public JsonParser skipChildren() throws IOException {
        if (_currToken == JsonToken.START_OBJECT || _currToken == JsonToken.START_ARRAY) {
            int outside = depth - 1;
            while (depth > outside) {
                nextToken();
            }
        }
        return this;
    }

    private String string() throws IOException {
        String made = text;
        if (made == null) {
            try {
                made = isAscii && !hasEscapes
                        ? new String(in, tokenStart, tokenEnd - tokenStart, StandardCharsets.ISO_8859_1)
                        : JsonText.of(in, tokenStart, tokenEnd);
            } catch (CharacterCodingException e) {
                throw malformed();
            }
            text = made;
        }
        return made;
    }

    @Override
    public @Nullable String getText() throws IOException {
        if (_currToken == null) {
            return null;
        }
        return switch (_currToken) {
            case FIELD_NAME -> name;
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> string();
            default -> _currToken.asString();
        };
    }

    @Override
    public byte[] getBinaryValue(Base64Variant variant) throws IOException {
        byte[] encoded =
                hasEscapes ? string().getBytes(StandardCharsets.UTF_8) : Arrays.copyOfRange(in, tokenStart, tokenEnd);
        try {
            if (_currToken == JsonToken.VALUE_STRING && encoded.length % 4 == 0) {
                return Base64.getDecoder().decode(encoded);
            }
        } catch (IllegalArgumentException e) {
            throw new JsonParseException(this, "not base64", e);
        }
        throw new JsonParseException(this, "not base64");
    }

    private boolean fitsLong() {
        int signs = in[tokenStart] == '-' ? 1 : 0;
        if (tokenEnd - tokenStart - signs <= MAX_LONG_DIGITS) {
            return true;
        }
        return new BigInteger(plainNumber()).bitLength() < Long.SIZE;
    }

    private String plainNumber() {
        return new String(in, tokenStart, tokenEnd - tokenStart, StandardCharsets.ISO_8859_1);
    }

    @Override
    public NumberType getNumberType() throws IOException {
        if (_currToken != JsonToken.VALUE_NUMBER_INT) {
            return NumberType.DOUBLE;
        }
        if (!fitsLong()) {
            return NumberType.BIG_INTEGER;
        }
        return number == (int) number ? NumberType.INT : NumberType.LONG;
    }

    @Override
    public Number getNumberValue() throws IOException {
        return switch (getNumberType()) {
            case INT -> (int) number;
            case LONG -> number;
            case BIG_INTEGER -> getBigIntegerValue();
            default -> getDoubleValue();
        };
    }

    @Override
    public int getIntValue() throws IOException {
        return Math.toIntExact(getLongValue());
    }

    @Override
    public long getLongValue() throws IOException {
        if (_currToken == JsonToken.VALUE_NUMBER_FLOAT) {
            return getDecimalValue().longValue();
        }
        if (_currToken != JsonToken.VALUE_NUMBER_INT || !fitsLong()) {
            throw new JsonParseException(this, getText() + " is not a 64-bit integer");
        }
        return number;
    }

    @Override
    public BigInteger getBigIntegerValue() throws IOException {
        return getDecimalValue().toBigInteger();
    }

    @Override
    public float getFloatValue() throws IOException {
        return Float.parseFloat(numeric());
    }

    @Override
    public double getDoubleValue() throws IOException {
        return Double.parseDouble(numeric());
    }

    @Override
    public BigDecimal getDecimalValue() throws IOException {
        return new BigDecimal(numeric());
    }

    private String numeric() throws IOException {
        if (_currToken == null || !_currToken.isNumeric()) {
            throw new JsonParseException(this, getText() + " is not a number");
        }
        return plainNumber();
    }

    @Override
    public @Nullable String currentName() {
        return name;
    }

    @Override
    @Deprecated
    public @Nullable String getCurrentName() {
        return name;
    }

    @Override
    public char[] getTextCharacters() throws IOException {
        String characters = getText();
        return characters == null ? new char[0] : characters.toCharArray();
    }

    @Override
    public boolean hasTextCharacters() {
        return false;
    }

    @Override
    public int getTextLength() throws IOException {
        return getTextCharacters().length;
    }

    @Override
    public int getTextOffset() {
        return 0;
    }

    private JsonLocation location(int at) {
        return new JsonLocation(ContentReference.unknown(), (long) at - start, -1, 1, at - start + 1);
    }

    @Override
    public JsonLocation currentLocation() {
        return location(next);
    }

    @Override
    public JsonLocation currentTokenLocation() {
        return location(tokenStart);
    }

    @Override
    @Deprecated
    public JsonLocation getCurrentLocation() {
        return location(next);
    }

    @Override
    @Deprecated
    public JsonLocation getTokenLocation() {
        return location(tokenStart);
    }

    @Override
    public @Nullable JsonStreamContext getParsingContext() {
        return null;
    }

    @Override
    public void overrideCurrentName(String other) {
        name = other;
    }

    @Override
    public @Nullable ObjectCodec getCodec() {
        return null;
    }

    @Override
    public void setCodec(ObjectCodec codec) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Version version() {
        return Version.unknownVersion();
    }

    @Override
    protected void _handleEOF() {}

    /** Keeps nothing open; another document may follow. */
    @Override
    public void close() {}

    @Override
    public boolean isClosed() {
        return false;
    }
}
