package io.firn.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HilbertTest {
    @ParameterizedTest
    @CsvSource({"2, 4", "3, 3", "4, 2"})
    void theCurveVisitsEveryPointOnceAndGoesOneStepAtATime(int dimensions, int bits) {
        int points = 1 << (dimensions * bits);
        int[][] curve = new int[points][];
        for (int i = 0; i < points; i++) {
            int[] point = new int[dimensions];
            for (int d = 0; d < dimensions; d++) {
                point[d] = i >> (d * bits) & ((1 << bits) - 1);
            }
            int index = (int) Hilbert.index(point.clone(), bits);
            assertThat(curve[index]).isNull();
            curve[index] = point;
        }
        for (int i = 1; i < points; i++) {
            int[] from = curve[i - 1];
            int[] to = curve[i];
            int steps = 0;
            for (int d = 0; d < dimensions; d++) {
                steps += Math.abs(from[d] - to[d]);
            }
            assertThat(steps)
                    .as(Arrays.toString(from) + " to " + Arrays.toString(to))
                    .isEqualTo(1);
        }
    }
}
