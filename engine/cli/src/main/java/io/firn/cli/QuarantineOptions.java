package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.FirnConfig;
import io.firn.engine.quarantine.Selection;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which records a quarantine command is about. */
final class QuarantineOptions {
    @Parameters(
            paramLabel = "TABLE",
            arity = "0..*",
            description = "Records of these tables; of all when none is named.")
    private List<String> tables = List.of();

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "Only the record of this id, as list shows it; may be given several times.")
    private List<String> ids = List.of();

    Selection selection(FirnConfig config, Selection.State state) {
        List<String> named = tables.isEmpty() ? List.of() : TableArguments.of(config, tables);
        return new Selection(named, ids, state);
    }

    void requireSome(String command) {
        if (tables.isEmpty() && ids.isEmpty()) {
            throw new FirnException(ErrorCode.USAGE_INVALID, command + " needs a TABLE or an --id");
        }
    }
}
