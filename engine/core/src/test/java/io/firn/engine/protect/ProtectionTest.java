package io.firn.engine.protect;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.catalog.config.ColumnPolicy;
import io.firn.catalog.config.GateConfig;
import io.firn.catalog.config.Secret;
import io.firn.engine.source.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtectionTest {
    private static final Secret KEY = new Secret("correct horse battery");
    private final Protection mask = protection(Map.of("card", ColumnPolicy.MASK));
    private final Protection drop = protection(Map.of("card", ColumnPolicy.DROP));

    private static Protection protection(Map<String, ColumnPolicy> columns) {
        return Protection.of("item", new GateConfig(Map.of(), columns, null, KEY));
    }

    private static SourceRecord record(String value) {
        return new SourceRecord("t", 0, 0, null, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(SourceRecord record) {
        return new String(Objects.requireNonNull(record.value()), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"after":{"id":1,"card":"4111"},"op":"c"}             | {"after":{"id":1,"card":"****"},"op":"c"             | {"after":{"id":1},"op":"c"
            {"before":{"card":4111 , "id":1},"after":null}        | {"before":{"card":"****","id":1},"after":null        | {"before":{"id":1},"after":null
            {"schema":{"f":["card"]},"payload":{"after":{"card":"4\\"1","x":{"card":1}}}} | {"schema":{"f":["card"]},"payload":{"after":{"card":"****","x":{"card":1}}} | {"schema":{"f":["card"]},"payload":{"after":{"x":{"card":1}}}
            {"after":{"c\\u0061rd":"4111"}}                       | {"after":{"c\\u0061rd":"****"}                       | {"after":{}
            {"after":{"card":null,"id":"}"}}                      | {"after":{"card":null,"id":"}"}                      | {"after":{"id":"}"}
            {"after":{"card":"__debezium_unavailable_value"}}     | {"after":{"card":"__debezium_unavailable_value"}     | {"after":{}
            {"card":"4111","id":1}                                | {"card":"****","id":1                                | {"id":1
            """)
    void rowsAreChangedWhereverARecordHasThem(String record, String masked, String dropped) {
        assertThat(text(mask.ofSource(record(record)))).isEqualTo(masked + ",\"firn_protected\":\"card\"}");
        assertThat(text(drop.ofSource(record(record)))).isEqualTo(dropped + ",\"firn_protected\":\"card\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"after\":{\"card\":\"4111", "4111", "{\"after\":{\"card\":\"4111\"}}x", "", "{\"card\"}"})
    void nothingIsKeptOfWhatCannotBeRead(String record) {
        assertThat(text(mask.ofSource(record(record))))
                .startsWith("{\"firn_withheld\":")
                .doesNotContain("4111");
    }

    @Test
    void aRecordIsChangedOnceHoweverOftenItIsReplayed() {
        Protection tokens = protection(Map.of("card", ColumnPolicy.TOKENIZE));
        SourceRecord kept = tokens.ofSource(record("{\"after\":{\"card\":\"4111\",\"name\":\"x\"}}"));
        assertThat(text(tokens.ofQuarantine(kept))).isEqualTo(text(kept));
        Protection more = protection(Map.of("card", ColumnPolicy.TOKENIZE, "name", ColumnPolicy.MASK));
        assertThat(text(more.ofQuarantine(kept)))
                .startsWith(text(kept).replace("\"x\"", "\"****\"").replaceFirst(",\"firn.*", ""));
    }

    @Test
    void aNoteThatARecordBringsItselfProtectsNothing() {
        assertThat(text(mask.ofSource(record("{\"after\":{\"card\":\"4111\"},\"firn_protected\":\"card\"}"))))
                .doesNotContain("4111");
    }

    /** HMAC-SHA256 of the value, under the HMAC-SHA256 of "firn column hash" under the key, by Python's hmac. */
    @Test
    void aHashIsKeyed() {
        assertThat(protection(Map.of("card", ColumnPolicy.HASH)).text("card", "4111"))
                .isEqualTo("a4851f2a2187614a2599f808128e7a833cb9b6c2c14fecc405eadd83334e3708");
    }

    @Test
    void theLakeHasTextsAndNoDroppedColumn() {
        SourceTable source = new SourceTable(
                "public.item",
                List.of(
                        new SourceColumn("id", "bigint", true),
                        new SourceColumn("card", "tsvector", false),
                        new SourceColumn("pin", "smallint", false)),
                List.of("id"));
        Protection both = protection(Map.of("card", ColumnPolicy.DROP, "pin", ColumnPolicy.HASH));
        assertThat(both.declared(source).columns())
                .containsExactly(new SourceColumn("id", "bigint", true), new SourceColumn("pin", "text", false));
        assertThat(both.problems(source)).isEmpty();
        assertThat(protection(Map.of("card", ColumnPolicy.HASH, "pon", ColumnPolicy.MASK))
                        .problems(source))
                .containsExactlyInAnyOrder(
                        "tables.item.columns.card is of type tsvector, and only texts and whole numbers can be hashed or tokenized; drop and mask take any",
                        "tables.item.columns.pon is not a column of public.item; did you mean pin?");
    }
}
