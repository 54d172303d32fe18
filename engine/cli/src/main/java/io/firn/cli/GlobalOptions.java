package io.firn.cli;

import io.firn.cli.terminal.OutputFormat;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** Options that every command has, before or after its name. */
final class GlobalOptions {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The configuration (default: ./firn.yaml).")
    private Path config = Path.of("firn.yaml");

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            converter = OutputFormatName.class,
            description = "How data is written: table, json or csv (default: table).")
    private OutputFormat output = OutputFormat.TABLE;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Shows this help.")
    private boolean helpWanted;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Shows the version.")
    private boolean versionWanted;

    /** Reads a format's name. */
    static final class OutputFormatName implements ITypeConverter<OutputFormat> {
        @Override
        public OutputFormat convert(String text) {
            return switch (text) {
                case "table" -> OutputFormat.TABLE;
                case "json" -> OutputFormat.JSON;
                case "csv" -> OutputFormat.CSV;
                default -> throw new TypeConversionException("must be table, json or csv but was " + text);
            };
        }
    }

    Path config() {
        return config;
    }

    OutputFormat output() {
        return output;
    }

    @Override
    public String toString() {
        return "-c " + config + " --output " + output + (helpWanted ? " --help" : "")
                + (versionWanted ? " --version" : "");
    }
}
