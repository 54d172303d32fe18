package io.firn.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        try (InputStream text = Version.class.getResourceAsStream("version.txt")) {
            return new String[] {
                new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8).strip(),
                "Java " + Runtime.version() + " on " + System.getProperty("os.name") + " "
                        + System.getProperty("os.arch")
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
