package io.firn.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.SourceTable.Identity;
import io.firn.catalog.config.DecimalHandling;
import io.firn.catalog.config.TimePrecision;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvelopeDecoderTest {
    private static final Schema SCHEMA = new Schema(
            NestedField.required(1, "id", Types.LongType.get(), "bigint"),
            NestedField.optional(2, "amount", Types.DecimalType.of(6, 2), "numeric(6,2)"),
            NestedField.optional(3, "at", Types.TimestampType.withZone(), "timestamp with time zone"),
            NestedField.optional(4, "millis", Types.TimestampType.withoutZone(), "timestamp(3) without time zone"),
            NestedField.optional(5, "clock", Types.StringType.get(), "time without time zone"),
            NestedField.optional(6, "free", Types.StringType.get(), "numeric"),
            NestedField.optional(7, "small", Types.IntegerType.get(), "smallint"));

    private static final String DELETE = """
            {"before":{"id":7,"amount":null},"after":null,"op":"d",
             "source":{"lsn":200,"txId":9,"sequence":"[\\"150\\",\\"200\\"]","ts_us":1795000000000001},
             "transaction":{"id":"9:200","total_order":3,"data_collection_order":1}}
            """;

    private static EnvelopeDecoder decoder(Identity identity) {
        SourceEncoding encoding = new SourceEncoding(DecimalHandling.PRECISE, TimePrecision.ADAPTIVE);
        return new EnvelopeDecoder(new TableCodec(SCHEMA, List.of("id"), encoding), identity);
    }

    private static ChangeRow decode(EnvelopeDecoder decoder, String json) throws UndecodableException {
        return decoder.decode(json.getBytes(StandardCharsets.UTF_8));
    }

    private static ChangeRow insert(String columns) throws UndecodableException {
        return decode(
                decoder(Identity.FULL),
                "{\"before\":null,\"after\":{\"id\":1,%s},\"op\":\"c\",\"source\":{\"lsn\":1}}".formatted(columns));
    }

    @Test
    void aDeleteHasItsKeyWhereOtherChangesHaveIt() throws UndecodableException {
        ChangeRow change = decode(decoder(Identity.FULL), DELETE);
        assertThat(change.operation()).isEqualTo('d');
        assertThat(change.after().primitive(0)).isEqualTo(7);
        assertThat(change.hasBefore()).isTrue();
    }

    @Test
    void whatAConnectorMakesUpAboutADeletedRowIsNotBelieved() throws UndecodableException {
        assertThat(decode(decoder(Identity.KEY), DELETE).hasBefore()).isFalse();
    }

    @Test
    void transactionsAreOrderedByTheCommitBeforeThem() throws UndecodableException {
        ChangeRow change = decode(decoder(Identity.FULL), DELETE);
        assertThat(change.precedingCommitLsn()).isEqualTo(150);
        assertThat(change.transaction()).isEqualTo(9);
        assertThat(change.transactionOrder()).isEqualTo(3);
        assertThat(change.sourceMicros()).isEqualTo(1795000000000001L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`[\\\"24367568\\\",\\\"24367624\\\"]` | 24367568",
                "`[null,\\\"24367624\\\"]` | 200",
                "`[\\\"\\u0031\\u0032\\\",\\\"3\\\"]` | 12",
            })
    void theCommitBeforeIsReadHoweverItIsWritten(String sequence, long expected) throws UndecodableException {
        String envelope = DELETE.replace("[\\\"150\\\",\\\"200\\\"]", sequence);
        assertThat(envelope).isNotEqualTo(DELETE);
        assertThat(decode(decoder(Identity.FULL), envelope).precedingCommitLsn())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"amount\":\"BM4=\"' | 1 | 1230",
                "'\"amount\":\"/w==\"' | 1 | -1",
                "'\"at\":\"2026-11-20T08:11:12.345678Z\"' | 2 | 1795162272345678",
                "'\"millis\":1795169472345' | 3 | 1795169472345000",
                "'\"small\":-32768' | 6 | -32768",
            })
    void valuesAreReadAsDebeziumWritesThem(String column, int slot, long expected) throws UndecodableException {
        assertThat(insert(column).after().primitive(slot)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"clock\":36672345678' | 4 | 10:11:12.345678",
                "'\"clock\":86400000000' | 4 | 24:00:00",
                "'\"free\":{\"scale\":3,\"value\":\"AeJA\"}' | 5 | 123.456",
            })
    void whatBecomesTextReadsAsPostgresPrintsIt(String column, int slot, String expected) throws UndecodableException {
        assertThat(insert(column).after().object(slot)).isEqualTo(expected.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"amount\":\"AYag\"' | ''",
                "'\"amount\":\"D0JA\"' | column amount: 10000.00 does not fit decimal(6, 2)",
                "'\"at\":\"infinity\"' | column at: timestamp infinity is outside the years 0001 to 9999",
                "'\"small\":\"x\"' | column small: x is not a 64-bit integer",
                "'\"colour\":\"red\"' | column colour is not in the lake's table",
            })
    void whatDoesNotFitSaysWhy(String column, String reason) throws UndecodableException {
        if (reason.isEmpty()) {
            assertThat(insert(column).after().primitive(1)).isEqualTo(100_000);
        } else {
            assertThatThrownBy(() -> insert(column))
                    .isInstanceOf(UndecodableException.class)
                    .hasMessage(reason);
        }
    }
}
