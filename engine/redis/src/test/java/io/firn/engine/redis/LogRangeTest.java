package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.iceberg.BaseFileScanTask;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.ResidualEvaluator;
import org.junit.jupiter.api.Test;

class LogRangeTest {

    private static LogFile file(long firstCut, long lastCut, long rows) {
        var file = DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath("file:/%d-%d.parquet".formatted(firstCut, lastCut))
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(1)
                .withRecordCount(rows)
                .build();
        return new LogFile(
                new BaseFileScanTask(
                        file, new DeleteFile[0], "{}", "{}", ResidualEvaluator.unpartitioned(Expressions.alwaysTrue())),
                firstCut,
                lastCut);
    }

    @Test
    void runsOfCutsHaveAboutTheRowsAskedForAndNoGaps() {
        LogFile four = file(4, 4, 60);
        LogFile five = file(5, 5, 60);
        LogFile seven = file(7, 7, 10);
        assertThat(LogRange.divide(List.of(seven, four, five), 3, 8, 100))
                .containsExactly(new LogRange(3, 5, List.of(four, five)), new LogRange(5, 8, List.of(seven)));
    }

    @Test
    void aCutIsNeverDivided() {
        LogFile one = file(4, 4, 500);
        LogFile other = file(4, 4, 500);
        LogFile five = file(5, 5, 1);
        assertThat(LogRange.divide(List.of(one, other, five), 3, 5, 100))
                .containsExactly(new LogRange(3, 4, List.of(one, other)), new LogRange(4, 5, List.of(five)));
    }

    @Test
    void aFileOfSeveralCutsIsReadInEveryRunThatHasOneOfThem() {
        LogFile compacted = file(1, 6, 100);
        LogFile four = file(4, 4, 100);
        assertThat(LogRange.divide(List.of(compacted, four), 3, 6, 100))
                .containsExactly(new LogRange(3, 4, List.of(four, compacted)), new LogRange(4, 6, List.of(compacted)));
    }

    @Test
    void nothingCameSinceTheHead() {
        assertThat(LogRange.divide(List.of(), 5, 5, 100)).isEmpty();
    }

    @Test
    void cutsWithoutRowsStillMoveThePosition() {
        assertThat(LogRange.divide(List.of(), 5, 7, 100)).containsExactly(new LogRange(5, 7, List.of()));
    }
}
