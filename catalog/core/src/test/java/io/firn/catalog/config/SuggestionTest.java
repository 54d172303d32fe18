package io.firn.catalog.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {

    private static final List<String> NAMES = List.of("interval", "rows", "bytes", "bootstrap-servers", "topic-prefix");

    @ParameterizedTest
    @CsvSource({
        "intervall,interval",
        "intreval,interval",
        "row,rows",
        "Bytes,bytes",
        "bootstrapServers,bootstrap-servers",
        "bootstrap.server,bootstrap-servers",
        "topic_prefix,topic-prefix",
    })
    void findsWhatWasMeant(String typed, String meant) {
        assertThat(Suggestion.nearest(typed, NAMES)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"frequency", "x", "b"})
    void staysSilentWhenNothingIsNear(String typed) {
        assertThat(Suggestion.nearest(typed, NAMES)).isEmpty();
        assertThat(Suggestion.phrase(typed, NAMES)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'','',0", "abc,abc,0", "abc,acb,1", "abc,ab,1", "kitten,sitting,3", "ca,abc,3"})
    void countsEdits(String a, String b, int edits) {
        assertThat(Suggestion.distance(a, b)).isEqualTo(edits);
    }
}
