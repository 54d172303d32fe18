package io.firn.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutputFormatTest {

    private static final List<String> COLUMNS = List.of("id", "title", "price");

    @Test
    void tablesAlignNumbersRightAndTextLeft() {
        assertThat(written(
                        OutputFormat.TABLE,
                        COLUMNS,
                        Arrays.asList(1, "Lamp", new BigDecimal("1E+2")),
                        Arrays.asList(12345, "a\nb", new BigDecimal("0.50")),
                        Arrays.asList(7, null, null)))
                .isEqualTo("""
                           id  title  price
                        -----  -----  -----
                            1  Lamp     100
                        12345  a\\nb    0.50
                            7  NULL    NULL
                        """);
    }

    @Test
    void aTableWithoutRowsShowsItsColumns() {
        assertThat(written(OutputFormat.TABLE, COLUMNS)).isEqualTo("id  title  price\n--  -----  -----\n");
    }

    @Test
    void tablesGiveWideCharactersTwoPlacesAndMarksNone() {
        assertThat(written(
                        OutputFormat.TABLE,
                        List.of("name", "x"),
                        List.of("東京", "a"),
                        List.of("e\u0301", "b"),
                        List.of("🙂", "c")))
                .isEqualTo("name  x\n----  -\n東京  a\ne\u0301     b\n🙂    c\n");
    }

    @Test
    void tablesAlignByTheirFirstThousandRows() {
        List<List<?>> rows = IntStream.rangeClosed(1, 1001)
                .<List<?>>mapToObj(i -> List.of(i == 1001 ? 1_000_000 : i, "x"))
                .toList();

        assertThat(writtenAll(OutputFormat.TABLE, List.of("n", "t"), rows).lines())
                .hasSize(1003)
                .contains("   1  x", "1000  x", "1000000  x");
    }

    @Test
    void csvTellsNullFromEmptyAndQuotesWhatNeedsIt() {
        assertThat(written(
                        OutputFormat.CSV,
                        COLUMNS,
                        Arrays.asList(1, "", null),
                        Arrays.asList(2, "say \"hi\", then\nleave", new BigDecimal("0.10"))))
                .isEqualTo("id,title,price\n1,\"\",\n2,\"say \"\"hi\"\", then\nleave\",0.10\n");
    }

    @Test
    void jsonIsAnArrayOfObjectsWithTheirTypes() {
        assertThat(written(
                        OutputFormat.JSON,
                        List.of("a", "b", "c", "d"),
                        Arrays.asList(1L, new BigDecimal("1E+3"), true, null),
                        Arrays.asList(new BigInteger("9".repeat(30)), Double.NaN, "\"\n", List.of(1, "x")),
                        Arrays.asList(1.5f, Map.of("k", List.of()), Arrays.asList(1, null), (short) 3)))
                .isEqualTo("""
                        [
                        {"a":1,"b":1000,"c":true,"d":null},
                        {"a":%s,"b":"NaN","c":"\\"\\n","d":[1,"x"]},
                        {"a":1.5,"b":{"k":[]},"c":[1,null],"d":3}
                        ]
                        """.formatted("9".repeat(30)));
        assertThat(written(OutputFormat.JSON, COLUMNS)).isEqualTo("[]\n");
    }

    @Test
    void valuesLookTheSameOnEveryMachine() {
        assertThat(List.of(
                        LocalDate.of(2026, 11, 20),
                        LocalDateTime.of(2026, 11, 20, 1, 2, 3),
                        LocalDateTime.parse("2026-11-20T01:02:03.000004"),
                        OffsetDateTime.parse("2026-11-20T01:02:03Z"),
                        OffsetDateTime.parse("2026-11-20T01:02:03.5+01:00"),
                        new byte[] {0, (byte) 0xff},
                        List.of("a", List.of(1)),
                        Map.of("k", 1),
                        new BigDecimal("1E-10")))
                .extracting(Cells::text)
                .containsExactly(
                        "2026-11-20",
                        "2026-11-20 01:02:03",
                        "2026-11-20 01:02:03.000004",
                        "2026-11-20 01:02:03Z",
                        "2026-11-20 01:02:03.500000+01:00",
                        "\\x00ff",
                        "[a, [1]]",
                        "{k=1}",
                        "0.0000000001");
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // read only
    private static String written(OutputFormat format, List<String> columns, List<? extends @Nullable Object>... rows) {
        return writtenAll(format, columns, List.of(rows));
    }

    private static String writtenAll(
            OutputFormat format, List<String> columns, List<? extends List<? extends @Nullable Object>> rows) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (RowWriter writer = format.open(new PrintStream(bytes, false, StandardCharsets.UTF_8), columns)) {
            for (List<? extends @Nullable Object> row : rows) {
                writer.row(row);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
