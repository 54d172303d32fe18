package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyTemplateTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{id}|must begin with a text that no other key begins with",
                "p:{a}{b}|must have a text between one column and the next",
                "p:{id}:{gen}|must have {gen} once and before the key columns",
                "p:{gen}:{gen}:{id}|must have {gen} once and before the key columns",
            })
    void refusesTemplatesThatGiveTwoRowsTheSameKey(String template, String rule) {
        assertThatThrownBy(() -> KeyTemplate.parse("product", template))
                .hasMessage("serving.redis.tables.product.key %s but was %s", rule, template);
    }

    @Test
    void requiresTheKeyColumnsAndNoOthers() {
        KeyTemplate template = KeyTemplate.parse("price", "price:{gen}:{product_id}:{market}");
        template.requireColumns(Set.of("market", "product_id"));
        assertThatThrownBy(() -> template.requireColumns(Set.of("product_id")))
                .hasMessage("serving.redis.tables.price.key must have every key column in braces and no other"
                        + " ({product_id}) but was price:{gen}:{product_id}:{market}");
    }

    @Test
    void refusesTwoTablesWhoseKeysBeginAlike() {
        KeyTemplate product = KeyTemplate.parse("product", "product:{product_id}");
        KeyTemplate stock = KeyTemplate.parse("stock", "product:stock:{product_id}");
        assertThatThrownBy(() -> stock.requireApartFrom(product))
                .hasMessage("serving.redis.tables.stock.key must begin with a text that keys of"
                        + " serving.redis.tables.product.key do not begin with (product:{product_id}) but was"
                        + " product:stock:{product_id}");
    }

    @Test
    void scansForItsOwnKeysOnly() {
        KeyTemplate template = KeyTemplate.parse("price", "pri[ce]*:{gen}:{product_id}:{market}");
        assertThat(template.glob(Generation.of(7))).isEqualTo("pri\\[ce\\]\\*:7:*:*");
        assertThat(template.globOfAllGenerations()).isEqualTo("pri\\[ce\\]\\*:*:*:*");
    }

    @Test
    void tellsTheGenerationOfAKey() {
        KeyTemplate template = KeyTemplate.parse("price", "price:{gen}:{product_id}");
        assertThat(template.generationOf(bytes("price:12:7"))).isEqualTo(Generation.of(12));
        assertThat(template.generationOf(bytes("price:stats:7"))).isEqualTo(Generation.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "product:42,{product:42}:gone",
        "product:{a}b,product:{a}b:gone",
        "product:{a,{product:{a}:gone",
    })
    void aTombstoneIsInTheSlotOfItsRow(String row, String tombstone) {
        assertThat(new String(HashTag.inSlotOf(bytes(row), ":gone"), StandardCharsets.UTF_8))
                .isEqualTo(tombstone);
    }

    private static byte[] bytes(String text) {
        return RedisSession.bytes(text);
    }
}
