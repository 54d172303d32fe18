package io.firn.engine.protect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensTest {
    private static final String DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final Tokens TOKENS = new Tokens(new byte[32]);

    /** The standard's own examples. */
    @ParameterizedTest
    @CsvSource({
        "2B7E151628AED2A6ABF7158809CF4F3C, '', 10, 0123456789, 2433477484",
        "2B7E151628AED2A6ABF7158809CF4F3C, 39383736353433323130, 10, 0123456789, 6124200773",
        "2B7E151628AED2A6ABF7158809CF4F3C, 3737373770717273373737, 36, 0123456789abcdefghi, a9tv40mll9kdu509eum",
        "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F, '', 10, 0123456789, 2830668132",
        "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94, '', 10, 0123456789, 6657667009",
        "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94, 39383736353433323130, 10, 0123456789, 1001623463",
        "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94, 3737373770717273373737, 36, 0123456789abcdefghi, xs8a0azh2avyalyzuwd"
    })
    void encryptsAsTheStandardSays(String key, String tweak, int radix, String plain, String encrypted) {
        HexFormat hex = HexFormat.of();
        int[] numerals = plain.chars().map(DIGITS::indexOf).toArray();
        assertThat(IntStream.of(new Ff1(hex.parseHex(key), hex.parseHex(tweak), radix).encrypt(numerals))
                        .mapToObj(numeral -> DIGITS.substring(numeral, numeral + 1))
                        .collect(Collectors.joining()))
                .isEqualTo(encrypted);
    }

    @Test
    void aTokenHasTheFormOfItsTextAndIsAlwaysTheSame() {
        String token = TOKENS.of("4111-1111 Ab ü");
        assertThat(token).matches("[0-9]{4}-[0-9]{4} [A-Z][a-z] ü").isNotEqualTo("4111-1111 Ab ü");
        assertThat(TOKENS.of("4111-1111 Ab ü")).isEqualTo(token);
        assertThat(new Tokens(HexFormat.of().parseHex("01".repeat(32))).of("4111-1111 Ab ü"))
                .isNotEqualTo(token);
    }

    @Test
    void differentTextsHaveDifferentTokens() {
        Set<String> tokens = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            tokens.add(TOKENS.of("%03d".formatted(i)));
        }
        for (char c = 'a'; c <= 'z'; c++) {
            tokens.add(TOKENS.of(String.valueOf(c)));
        }
        assertThat(tokens).hasSize(1026);
    }
}
