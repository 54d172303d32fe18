package io.firn.engine.decode;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A field's name, and which names came next when it was last seen. */
final class JsonName {
    final String text;
    /** {@code "name":}, which is how the field begins. */
    final byte[] written;
    /** The first field of an object that is this field's value; null until one was seen. */
    @Nullable
    JsonName inside;
    /** The field after this one; null until one was seen. */
    @Nullable
    JsonName after;

    JsonName(String text, byte[] written) {
        this.text = text;
        this.written = written;
    }

    /** @param plain the name as it stands between its quotes, with nothing that is escaped */
    static JsonName of(String text, byte[] plain) {
        byte[] written = new byte[plain.length + 3];
        written[0] = '"';
        System.arraycopy(plain, 0, written, 1, plain.length);
        written[plain.length + 1] = '"';
        written[plain.length + 2] = ':';
        return new JsonName(text, written);
    }

    /** @return a name that is not recognised when it comes again */
    static JsonName unexpected(String text) {
        return new JsonName(text, "never".getBytes(StandardCharsets.UTF_8));
    }
}
