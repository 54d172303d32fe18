package io.firn.engine.decode;

import java.nio.charset.StandardCharsets;

/**
 * A field's name, and how an object's next field begins when it has that name.
 *
 * @param written {@code "name":}; something that never begins a field when the name cannot stand there as it is
 */
record JsonName(String name, byte[] written) {
    static JsonName of(String name) {
        byte[] plain = name.getBytes(StandardCharsets.UTF_8);
        boolean isPlain = Utf8.endOfPlain(plain, 0, plain.length) == plain.length;
        String written = isPlain ? '"' + name + "\":" : "never";
        return new JsonName(name, written.getBytes(StandardCharsets.UTF_8));
    }
}
