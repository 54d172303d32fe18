package io.firn.catalog.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {

    private final Environment environment = new Environment(Map.of("NAME", "a$1\\b", "EMPTY", ""));

    @ParameterizedTest
    @CsvSource({
        "plain,plain",
        "${NAME},a$1\\b",
        "x-${NAME}-${NAME},x-a$1\\b-a$1\\b",
        "${NAME:-other},a$1\\b",
        "${NONE:-other},other",
        "${NONE:-},''",
        "${EMPTY:-other},other",
        "${EMPTY},''",
        "$${NAME},${NAME}",
        "$NAME,$NAME",
        "100$,100$",
    })
    void fillsIn(String text, String filled) {
        assertThat(environment.fill(text)).isEqualTo(filled);
    }

    @Test
    void saysWhichVariableIsNotSet() {
        assertThatThrownBy(() -> environment.fill("${NONE}"))
                .hasMessage("needs the environment variable NONE, which is not set");
        assertThatThrownBy(() -> environment.fill("${a b}"))
                .hasMessage("must write a variable as ${NAME} or ${NAME:-default}");
    }
}
