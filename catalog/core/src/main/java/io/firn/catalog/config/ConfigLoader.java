package io.firn.catalog.config;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads firn.yaml. Every key is described in {@code docs/configuration.md}, which is made from the same description.
 */
public final class ConfigLoader {

    private ConfigLoader() {}

    /**
     * Reads a file; relative paths in it begin at its folder.
     *
     * @param environment what {@code ${NAME}} stands for, usually {@link System#getenv()}
     * @throws FirnException {@link ErrorCode#CONFIG_INVALID} with one line for each problem: file, line, key, value and
     *     rule
     */
    public static FirnConfig load(Path file, Map<String, String> environment) {
        return parse(textOf(file), file, environment);
    }

    /** The same for text that would be in {@code file}, which need not exist. */
    public static FirnConfig parse(String yaml, Path file, Map<String, String> environment) {
        Problems problems = new Problems(String.valueOf(file.getFileName()));
        Tree tree = new YamlReader(new Environment(environment), problems).read(yaml);
        if (tree instanceof Tree.Broken) {
            problems.throwIfAny();
        }
        Values root = new SectionReader(problems).read(FirnKeys.ROOT, "", tree);
        FirnKeys.check(root, problems);
        problems.throwIfAny();
        Path folder = file.toAbsolutePath().getParent();
        return FirnKeys.build(root, new Folder(folder == null ? file.toAbsolutePath() : folder));
    }

    private static String textOf(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID,
                    file + " does not exist; name a configuration with -c FILE, or write one with firn init",
                    e);
        } catch (CharacterCodingException e) {
            throw new FirnException(ErrorCode.CONFIG_INVALID, file + " must be UTF-8 text", e);
        } catch (IOException e) {
            throw new FirnException(ErrorCode.CONFIG_INVALID, file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
