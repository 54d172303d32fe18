package io.firn.catalog.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FolderTest {

    private final Folder folder = new Folder(Path.of("/srv/my lake"));

    @ParameterizedTest
    @CsvSource({
        "./warehouse,file:/srv/my lake/warehouse",
        "/data/warehouse/,file:/data/warehouse",
        "file:./warehouse,file:/srv/my lake/warehouse",
        "file:///data/warehouse,file:/data/warehouse",
        "s3://bucket/warehouse,s3://bucket/warehouse",
    })
    void locationsAreUris(String text, String location) {
        assertThat(folder.location(text)).isEqualTo(location);
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:sqlite:./lake/catalog.db,jdbc:sqlite:/srv/my lake/lake/catalog.db",
        "jdbc:sqlite:catalog.db?busy_timeout=1,jdbc:sqlite:/srv/my lake/catalog.db?busy_timeout=1",
        "jdbc:sqlite:/data/catalog.db,jdbc:sqlite:/data/catalog.db",
        "jdbc:sqlite::memory:,jdbc:sqlite::memory:",
        "jdbc:postgresql://h/d,jdbc:postgresql://h/d",
    })
    void sqlitePathsBecomeAbsolute(String uri, String absolute) {
        assertThat(folder.catalogUri(uri)).isEqualTo(absolute);
    }
}
