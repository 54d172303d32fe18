package io.firn.compactor.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compactor.Compaction;
import io.firn.compactor.TestLake;
import io.firn.compactor.TestWriter;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class LayoutPictureTest {
    @TempDir
    Path folder;

    @Test
    void aCompactionIsSeenBeforeAndAfter() throws Exception {
        try (TestLake lake = new TestLake(folder)) {
            Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
            TestWriter writer = new TestWriter(lake, table);
            for (int i = 0; i < 5; i++) {
                writer.append(i, 100, 5);
            }
            try (Compaction compaction = lake.compaction(1 << 20)) {
                compaction.run(table);
            }
            Document picture = parse(LayoutPicture.ofLastCompaction(table));
            assertThat(text(picture, 0)).isEqualTo("lake.test.product by id");
            assertThat(text(picture, 1)).startsWith("before: 5 files, ").endsWith(", 5 deep");
            assertThat(text(picture, 2)).startsWith("after: 1 files, ").endsWith(", 1 deep");
            assertThat(picture.getElementsByTagName("title").getLength()).isEqualTo(6);
        }
    }

    @Test
    void anEmptyTableIsAnEmptyPicture() throws Exception {
        try (TestLake lake = new TestLake(folder)) {
            Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
            assertThat(parse(LayoutPicture.ofLastCompaction(table))
                            .getElementsByTagName("title")
                            .getLength())
                    .isEqualTo(0);
        }
    }

    private static String text(Document picture, int index) {
        return picture.getElementsByTagName("text").item(index).getTextContent();
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }
}
