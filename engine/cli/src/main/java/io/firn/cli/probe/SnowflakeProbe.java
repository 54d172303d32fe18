package io.firn.cli.probe;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.snowflake.LakeTable;
import io.firn.catalog.snowflake.Readability;
import io.firn.catalog.snowflake.SnowflakeConnection;
import io.firn.catalog.snowflake.SnowflakeSite;
import java.util.List;
import java.util.stream.Stream;

/** Snowflake accepts the login, and will accept the tables. */
final class SnowflakeProbe {

    private SnowflakeProbe() {}

    static String tables(FirnConfig config) {
        try (Lake lake = Lake.open(config.lake())) {
            List<LakeTable> tables = config.tables().keySet().stream()
                    .flatMap(name -> Stream.of(name, TableDefinition.changeLogOf(name)))
                    .flatMap(name -> lake.find(name).map(table -> LakeTable.of(name, table, LakeTable.TAG)).stream())
                    .toList();
            List<String> problems = tables.stream()
                    .flatMap(table -> Readability.problems(table).stream())
                    .toList();
            if (!problems.isEmpty()) {
                throw FirnException.ofAll(
                        ErrorCode.TYPE_UNSUPPORTED,
                        problems.stream()
                                .map(problem -> "serving.snowflake: " + problem + ", or Snowflake refuses it")
                                .toList());
            }
            List<String> warnings = tables.stream()
                    .flatMap(table -> Readability.warnings(table).stream())
                    .toList();
            return tables.size() + " tables can be read"
                    + (warnings.isEmpty() ? "" : "; but " + String.join("; ", warnings));
        }
    }

    static String login(FirnConfig config) {
        SnowflakeSite site = SnowflakeSite.of(config);
        try (SnowflakeConnection snowflake = SnowflakeConnection.open(site)) {
            String greeting = snowflake.greeting();
            snowflake.useRole(site.config().login().role());
            return greeting + " as " + site.config().login().role();
        }
    }
}
