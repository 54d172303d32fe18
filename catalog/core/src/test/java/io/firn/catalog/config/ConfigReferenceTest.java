package io.firn.catalog.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Run with {@code -Dfirn.docs.write=true} to write the page anew. */
class ConfigReferenceTest {

    private static final Path PAGE = Path.of("../../docs/configuration.md");

    @Test
    void thePageSaysWhatTheCodeReads() throws Exception {
        if (Boolean.getBoolean("firn.docs.write")) {
            Files.createDirectories(PAGE.toAbsolutePath().normalize().getParent());
            Files.writeString(PAGE, ConfigReference.page());
        }

        assertThat(PAGE)
                .as("write it anew with: mvn -pl catalog/core test -Dtest=ConfigReferenceTest -Dfirn.docs.write=true")
                .content()
                .isEqualTo(ConfigReference.page());
    }

    @Test
    void everyDefaultIsAValueOfItsKey() {
        List<String> read = new ArrayList<>();
        for (Section section : allSections(FirnKeys.ROOT)) {
            for (Key<?> key : section.keys()) {
                if (key.fallback() != null) {
                    key.type().read(new Tree.Scalar(key.fallback(), 1));
                    read.add(key.name());
                }
            }
        }
        assertThat(read).contains("interval", "memory", "zone").hasSizeGreaterThan(30);
    }

    @Test
    void everyKeyHasAMeaningThatIsASentence() {
        for (Section section : allSections(FirnKeys.ROOT)) {
            assertThat(section.keys())
                    .allSatisfy(key -> assertThat(key.meaning()).matches("[A-Z`].*\\.`?"));
        }
    }

    private static List<Section> allSections(Section root) {
        List<Section> sections = new ArrayList<>(root.parts());
        root.parts().forEach(part -> sections.addAll(allSections(part)));
        return sections;
    }
}
