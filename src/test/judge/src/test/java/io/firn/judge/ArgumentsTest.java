package io.firn.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArgumentsTest {

    @Test
    void takesALakeAndSettingsWhoseValuesMayContainEquals() {
        assertThat(Arguments.parse(
                        "--uri", "jdbc:sqlite:/c.db?a=b", "--warehouse", "file:/w", "--conf", "spark.driver.x=-Da=b"))
                .isEqualTo(new Arguments(
                        Optional.of(new Lakes.Location("jdbc:sqlite:/c.db?a=b", "file:/w")),
                        Map.of("spark.driver.x", "-Da=b")));
    }

    @Test
    void needsNoLakeWhenRequestsNameTheirs() {
        assertThat(Arguments.parse()).isEqualTo(new Arguments(Optional.empty(), Map.of()));
    }

    @Test
    void namesWhatItDoesNotUnderstand() {
        assertThatThrownBy(() -> Arguments.parse("--url", "x")).hasMessage("Unknown argument --url");
        assertThatThrownBy(() -> Arguments.parse("--conf", "x")).hasMessage("--conf needs KEY=VALUE but was x");
        assertThatThrownBy(() -> Arguments.parse("--conf")).hasMessage("--conf needs a value");
        assertThatThrownBy(() -> Arguments.parse("--uri", "u")).hasMessage("--uri needs --warehouse");
    }
}
