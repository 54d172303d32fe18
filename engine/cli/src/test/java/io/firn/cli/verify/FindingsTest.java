package io.firn.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.dq.verify.RowDifference;
import io.firn.dq.verify.RowDifference.Column;
import io.firn.dq.verify.RowDifference.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FindingsTest {
    @Test
    void aDifferenceIsSaidInWords() {
        Map<String, String> key = Map.of("id", "17");

        assertThat(Findings.line(new RowDifference(key, Kind.MISSING_IN_LAKE, List.of())))
                .isEqualTo("row id=17 is missing in the lake");
        assertThat(Findings.line(new RowDifference(key, Kind.MISSING_IN_SOURCE, List.of())))
                .isEqualTo("row id=17 is in the lake and not in PostgreSQL");
        assertThat(Findings.line(new RowDifference(key, Kind.DOUBLED_IN_LAKE, List.of())))
                .isEqualTo("row id=17 is in the lake more than once");
        assertThat(Findings.line(new RowDifference(key, Kind.DIFFERENT, List.of(new Column("rating", "3.04", null)))))
                .isEqualTo("row id=17 differs: rating is 3.04 in the lake and null in PostgreSQL");
    }
}
