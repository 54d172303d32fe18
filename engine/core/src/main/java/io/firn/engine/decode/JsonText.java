package io.firn.engine.decode;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What stands between the quotes of a JSON string, as text. */
final class JsonText {
    private static final int UNICODE_DIGITS = 4;

    private JsonText() {}

    /** @throws CharacterCodingException when the bytes are not UTF-8, or an escape is none of JSON's */
    static String of(byte[] in, int from, int to) throws CharacterCodingException {
        StringBuilder out = new StringBuilder(to - from);
        int plain = from;
        int at = from;
        while (at < to) {
            if (in[at] != '\\') {
                at++;
                continue;
            }
            decode(in, plain, at, out);
            at = escape(in, at + 1, to, out);
            plain = at;
        }
        decode(in, plain, to, out);
        if (plain > from) {
            requirePairs(out);
        }
        return out.toString();
    }

    private static void decode(byte[] in, int from, int to, StringBuilder out) throws CharacterCodingException {
        if (Utf8.isAscii(in, from, to)) {
            out.append(new String(in, from, to - from, StandardCharsets.ISO_8859_1));
        } else {
            out.append(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(in, from, to - from)));
        }
    }

    /** Half a character could not be written as UTF-8. */
    private static void requirePairs(CharSequence text) throws CharacterCodingException {
        if (hasSurrogates(text) && !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new CharacterCodingException();
        }
    }

    private static boolean hasSurrogates(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** @return where the text goes on */
    private static int escape(byte[] in, int at, int to, StringBuilder out) throws CharacterCodingException {
        switch (in[at]) {
            case '"', '\\', '/' -> out.append((char) in[at]);
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'u' -> {
                out.append(unicode(in, at + 1, to));
                return at + 1 + UNICODE_DIGITS;
            }
            default -> throw new CharacterCodingException();
        }
        return at + 1;
    }

    private static char unicode(byte[] in, int from, int to) throws CharacterCodingException {
        if (from + UNICODE_DIGITS > to) {
            throw new CharacterCodingException();
        }
        int code = 0;
        for (int i = from; i < from + UNICODE_DIGITS; i++) {
            int digit = in[i] < 0 ? -1 : Character.digit(in[i], 16);
            if (digit < 0) {
                throw new CharacterCodingException();
            }
            code = code << 4 | digit;
        }
        return (char) code;
    }
}
