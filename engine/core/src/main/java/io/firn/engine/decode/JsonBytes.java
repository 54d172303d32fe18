package io.firn.engine.decode;

import com.fasterxml.jackson.core.Base64Variant;
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
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** {@link JsonScanner} as one of Jackson's parsers, with shortcuts for text. Read again and again by one instance. */
final class JsonBytes extends ParserMinimalBase {
    private static final int MAX_LONG_DIGITS = 18;

    private final JsonScanner in = new JsonScanner();
    private @Nullable String text;

    JsonBytes() {
        super(StreamReadConstraints.defaults());
    }

    /** Begins to read another document, whose bytes must stay as they are. */
    JsonBytes open(byte[] bytes, int from, int length) {
        in.open(bytes, from, length);
        text = null;
        _currToken = null;
        return this;
    }

    @Override
    public @Nullable JsonToken nextToken() throws IOException {
        text = null;
        _currToken = in.next();
        return _currToken;
    }

    /** @return the text of a string, in UTF-8 */
    byte[] utf8() throws IOException {
        return in.utf8();
    }

    /** @return the token as it stands there, with its escapes, each byte as a character of its own */
    String written() {
        return in.plain();
    }

    @Override
    public JsonParser skipChildren() throws IOException {
        if (_currToken == JsonToken.START_OBJECT) {
            in.skip();
            _currToken = JsonToken.END_OBJECT;
        } else if (_currToken == JsonToken.START_ARRAY) {
            in.skip();
            _currToken = JsonToken.END_ARRAY;
        }
        return this;
    }

    private String string() throws IOException {
        String made = text;
        if (made == null) {
            made = in.text();
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
            case FIELD_NAME -> in.name();
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> string();
            default -> _currToken.asString();
        };
    }

    @Override
    public byte[] getBinaryValue(Base64Variant variant) throws IOException {
        byte[] encoded = in.utf8();
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
        return in.digits() <= MAX_LONG_DIGITS || new BigInteger(in.plain()).bitLength() < Long.SIZE;
    }

    @Override
    public NumberType getNumberType() throws IOException {
        if (_currToken != JsonToken.VALUE_NUMBER_INT) {
            return NumberType.DOUBLE;
        }
        if (!fitsLong()) {
            return NumberType.BIG_INTEGER;
        }
        return in.number() == (int) in.number() ? NumberType.INT : NumberType.LONG;
    }

    @Override
    public Number getNumberValue() throws IOException {
        return switch (getNumberType()) {
            case INT -> (int) in.number();
            case LONG -> in.number();
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
        return in.number();
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
        return in.plain();
    }

    @Override
    public @Nullable String currentName() {
        return in.name();
    }

    @Override
    @Deprecated
    public @Nullable String getCurrentName() {
        return in.name();
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
        return new JsonLocation(ContentReference.unknown(), at, -1, 1, at + 1);
    }

    @Override
    public JsonLocation currentLocation() {
        return location(in.offset());
    }

    @Override
    public JsonLocation currentTokenLocation() {
        return location(in.tokenOffset());
    }

    @Override
    @Deprecated
    public JsonLocation getCurrentLocation() {
        return location(in.offset());
    }

    @Override
    @Deprecated
    public JsonLocation getTokenLocation() {
        return location(in.tokenOffset());
    }

    @Override
    public @Nullable JsonStreamContext getParsingContext() {
        return null;
    }

    @Override
    public void overrideCurrentName(String other) {
        in.rename(other);
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
