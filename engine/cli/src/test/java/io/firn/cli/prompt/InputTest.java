package io.firn.cli.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputTest {
    @Test
    void aDotBeginsACommand() {
        assertThat(Input.of(" .asof  2026-11-20 ")).isEqualTo(new Input.Dot("asof", List.of("2026-11-20")));
        assertThat(Input.of(".tables")).isEqualTo(new Input.Dot("tables", List.of()));
    }

    @Test
    void semicolonsInQuotesAndCommentsEndNothing() {
        assertThat(Input.statements("""
                        SELECT ';' AS "a;b"; -- one; more
                        SELECT 'it''s; it' /* ; */ AS c;
                        SELECT 3
                        """))
                .containsExactly(
                        "SELECT ';' AS \"a;b\";", "-- one; more\nSELECT 'it''s; it' /* ; */ AS c;", "SELECT 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1;", ".tables", "", "SELECT 1; -- done", "SELECT ';';  "})
    void theseAreComplete(String text) {
        assertThat(Input.isComplete(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1", "SELECT ';", "SELECT 1 -- ;", "SELECT 1; SELECT", "/* SELECT 1;"})
    void theseGoOnInTheNextLine(String text) {
        assertThat(Input.isComplete(text)).isFalse();
    }
}
