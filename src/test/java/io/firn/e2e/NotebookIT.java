package io.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.e2e.notebook.Notebook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every cell of every notebook runs on a demo lake. */
class NotebookIT {
    private static final Path NOTEBOOKS = Path.of(System.getProperty("project.root", "../.."), "notebooks");

    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeLake() {
        Path lake = folder.resolve("demo");
        CommandRun demo =
                CommandRun.of(Map.of(), "demo", "--rows", "500", "--changes", "300", "--dir", lake.toString());
        assertThat(demo.exitCode()).as(demo.err()).isZero();
        System.setProperty("firn.yaml", lake.resolve("firn.yaml").toString());
        System.setProperty("java.awt.headless", "true");
    }

    @AfterAll
    static void forgetLake() {
        System.clearProperty("firn.yaml");
    }

    static List<Path> notebooks() throws IOException {
        try (Stream<Path> files = Files.list(NOTEBOOKS)) {
            return files.filter(file -> file.toString().endsWith(".ipynb"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void everyCellRunsAndShowsWhatItShowed(Path file) throws IOException {
        Notebook notebook = Notebook.read(file);
        notebook.run();
        assertThat(notebook.problems()).isEmpty();
        if (Boolean.getBoolean("firn.notebooks.write")) {
            notebook.write();
        }
    }
}
