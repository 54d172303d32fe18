package io.firn.engine.protect;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Texts of the same form in place of texts: digits for digits, small letters for small letters, capitals for capitals,
 * all else as it is. The characters of each kind are encrypted together, so that texts that differ stay different.
 */
final class Tokens {
    private final byte[] key;
    private final List<Kind> kinds;

    /** @param key 32 bytes */
    Tokens(byte[] key) {
        this.key = key.clone();
        this.kinds = List.of(new Kind('0', 10), new Kind('a', 26), new Kind('A', 26));
    }

    String of(String text) {
        StringBuilder token = new StringBuilder(text);
        kinds.forEach(kind -> kind.replace(token));
        return token.toString();
    }

    /** Consecutive characters. */
    private final class Kind {
        private final char first;
        private final int radix;
        private final Ff1 encryption;

        Kind(char first, int radix) {
            this.first = first;
            this.radix = radix;
            this.encryption = new Ff1(key, String.valueOf(first).getBytes(StandardCharsets.UTF_8), radix);
        }

        void replace(StringBuilder text) {
            List<Integer> places = new ArrayList<>();
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) >= first && text.charAt(i) < first + radix) {
                    places.add(i);
                }
            }
            if (places.isEmpty()) {
                return;
            }
            int[] numerals = encrypted(places.stream()
                    .mapToInt(place -> text.charAt(place) - first)
                    .toArray());
            for (int i = 0; i < numerals.length; i++) {
                text.setCharAt(places.get(i), (char) (first + numerals[i]));
            }
        }

        /** One character alone is moved along by what two of the first one are encrypted to. */
        private int[] encrypted(int[] numerals) {
            return numerals.length > 1
                    ? encryption.encrypt(numerals)
                    : new int[] {(numerals[0] + encryption.encrypt(new int[2])[1]) % radix};
        }
    }
}
