package io.firn.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.config.Secret;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {
    @ParameterizedTest(name = "token {0}, from this host {1}, header {2}, parameter {3}: {4}")
    @CsvSource(nullValues = "-", textBlock = """
                    -,     true,  -,             -,     true
                    -,     false, -,             -,     false
                    -,     false, Bearer x,      x,     false
                    right, true,  -,             -,     true
                    right, false, -,             -,     false
                    right, false, Bearer wrong,  -,     false
                    right, false, Bearer right,  -,     true
                    right, false, Basic right,   -,     false
                    right, false, -,             right, true
                    right, false, -,             wrong, false
                    right, false, Bearer wrong,  right, false
                    """)
    void whoeverKnowsTheTokenMayLookFromElsewhere(
            @Nullable String token,
            boolean fromThisHost,
            @Nullable String header,
            @Nullable String parameter,
            boolean allowed) {
        Map<String, String> parameters = parameter == null ? Map.of() : Map.of("token", parameter);
        Request request = new Request("GET", "/", parameters, header, fromThisHost);

        assertThat(new Access(token == null ? null : new Secret(token)).allows(request))
                .isEqualTo(allowed);
    }
}
