package io.firn.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonBytesTest {
    private static final String[] STRINGS = {
        "",
        "plain",
        "Größe €",
        "\uD83D\uDE00",
        "a\\\"b",
        "\\u00e9\\n",
        "[\\\"1\\\",\\\"2\\\"]",
        "ab\\/c",
        "\\ud83d\\ude00",
        "BM4="
    };
    private static final String[] NUMBERS = {
        "0",
        "-0",
        "7",
        "-12",
        "1.5",
        "-1e9",
        "2E-3",
        "123456789012345678",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "123456789012345678901234567890.5"
    };
    private static final byte[] NOISE = {
        '"', '\\', '{', '}', '[', ']', ',', ':', '0', '1', '-', '.', 'e', ' ', 'n', 't', 1, (byte) 0xC3, (byte) 0xFF
    };

    private final JsonBytes fast = new JsonBytes();

    @Test
    void readsWhatJacksonReads() throws IOException {
        for (int seed = 0; seed < 20_000; seed++) {
            byte[] document = document(new Random(seed)).getBytes(StandardCharsets.UTF_8);
            assertThat(tokens(fast.open(document, 0, document.length)))
                    .as("seed %d", seed)
                    .isEqualTo(jackson(document));
        }
    }

    @Test
    void refusesWhatJacksonRefuses() throws IOException {
        for (int seed = 0; seed < 40_000; seed++) {
            Random random = new Random(seed);
            byte[] document = document(random).getBytes(StandardCharsets.UTF_8);
            document[random.nextInt(document.length)] = NOISE[random.nextInt(NOISE.length)];
            List<String> expected = jackson(document);
            List<String> found = tokens(fast.open(document, 0, document.length));
            assertThat(found)
                    .as("seed %d: %s", seed, new String(document, StandardCharsets.UTF_8))
                    .isEqualTo(expected);
        }
    }

    @Test
    void aPartOfAnArrayIsADocument() throws IOException {
        byte[] bytes = "xx{\"a\":1}yy".getBytes(StandardCharsets.UTF_8);
        assertThat(tokens(fast.open(bytes, 2, 7)))
                .containsExactly("START_OBJECT", "FIELD_NAME a", "INT 1", "END_OBJECT");
    }

    @Test
    void whatIsSkippedLeavesTheParserBehindIt() throws IOException {
        byte[] bytes = "{\"schema\":{\"fields\":[{\"a\":\"}\"},2]},\"op\":\"u\"}".getBytes(StandardCharsets.UTF_8);
        JsonParser json = fast.open(bytes, 0, bytes.length);
        json.nextToken();
        json.nextToken();
        json.nextToken();
        json.skipChildren();
        assertThat(json.nextToken()).isEqualTo(JsonToken.FIELD_NAME);
        assertThat(json.currentName()).isEqualTo("op");
    }

    @Test
    void binaryIsBase64AndNothingElse() throws IOException {
        byte[] bytes = "[\"BM4=\",\"B!4=\",\"BM4\"]".getBytes(StandardCharsets.UTF_8);
        JsonParser json = fast.open(bytes, 0, bytes.length);
        json.nextToken();
        json.nextToken();
        assertThat(json.getBinaryValue()).containsExactly(0x04, 0xCE);
        json.nextToken();
        assertThatThrownBy(json::getBinaryValue).isInstanceOf(JsonParseException.class);
        json.nextToken();
        assertThatThrownBy(json::getBinaryValue).isInstanceOf(JsonParseException.class);
    }

    private static List<String> jackson(byte[] document) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(document)) {
            return tokens(json);
        }
    }

    /** The tokens of one document, up to where it is refused. */
    private static List<String> tokens(JsonParser json) throws IOException {
        List<String> tokens = new ArrayList<>();
        int depth = 0;
        try {
            do {
                JsonToken token = json.nextToken();
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                tokens.add(describe(json, token));
            } while (depth > 0);
        } catch (JsonParseException e) {
            return List.of("refused");
        }
        return tokens;
    }

    /** Half a surrogate pair, which Jackson lets pass, cannot be written as UTF-8. */
    private static void requireCharacters(JsonParser json) throws IOException {
        String text = json.getText();
        if (text != null && !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new JsonParseException(json, "half a character");
        }
    }

    private static String describe(JsonParser json, JsonToken token) throws IOException {
        requireCharacters(json);
        return switch (token) {
            case FIELD_NAME -> "FIELD_NAME " + json.currentName();
            case VALUE_STRING -> "STRING " + json.getText();
            case VALUE_NUMBER_INT ->
                json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? "BIG " + json.getBigIntegerValue()
                        : "INT " + json.getLongValue();
            case VALUE_NUMBER_FLOAT -> "FLOAT " + json.getDoubleValue() + " " + json.getText();
            default -> token.name();
        };
    }

    private static String document(Random random) {
        return object(random, 3);
    }

    private static String object(Random random, int depth) {
        StringBuilder out = new StringBuilder("{");
        int fields = random.nextInt(4);
        for (int i = 0; i < fields; i++) {
            out.append(i == 0 ? "" : ",")
                    .append(space(random))
                    .append('"')
                    .append(STRINGS[random.nextInt(STRINGS.length)]);
            out.append(i).append("\":").append(space(random)).append(value(random, depth));
        }
        return out.append(space(random)).append('}').toString();
    }

    private static String value(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 5 : 7)) {
            case 0 -> "true";
            case 1 -> "false";
            case 2 -> "null";
            case 3 -> '"' + STRINGS[random.nextInt(STRINGS.length)] + '"';
            case 4 -> NUMBERS[random.nextInt(NUMBERS.length)];
            case 5 -> object(random, depth - 1);
            default -> "[" + value(random, depth - 1) + space(random) + "," + value(random, depth - 1) + "]";
        };
    }

    private static String space(Random random) {
        return random.nextInt(3) == 0 ? " \n" : "";
    }
}
