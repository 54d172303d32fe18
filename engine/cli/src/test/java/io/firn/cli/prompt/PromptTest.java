package io.firn.cli.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.cli.terminal.OutputFormat;
import io.firn.cli.terminal.RowWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jline.reader.Parser.ParseContext;
import org.jline.terminal.Size;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptTest {
    @TempDir
    private Path folder;

    private final Shelf lake = new Shelf();
    private final List<String> errors = new ArrayList<>();

    @Test
    void aStatementMayHaveSeveralLines() throws IOException {
        assertThat(typed("SELECT 1,\n2;\nSELECT 3; SELECT 4;\n")).contains("id", "answer 3");
        assertThat(lake.statements).containsExactly("SELECT 1,\n2;", "SELECT 3;", "SELECT 4;");
    }

    @Test
    void commandsShowTheLakeAndChangeHowRowsComeOut() throws IOException {
        String screen =
                typed(".tables\n.schema price\n.mode csv\nSELECT 1;\n.timing on\nSELECT 2;\n.quit\nSELECT 3;\n");

        assertThat(screen)
                .contains("price\n", "  amount                         decimal(12, 2)", "id,note\n1,answer 1")
                .containsPattern("\\d\\.\\d{3} s");
        assertThat(lake.statements).containsExactly("SELECT 1;", "SELECT 2;");
    }

    @Test
    void anotherDayIsLookedAtUntilNowIsAskedFor() throws IOException {
        assertThat(typed(".asof 2026-11-20\n.asof now\n")).contains("firn 2026-11-20> ");
        assertThat(lake.moments).containsExactly("2026-11-20", "");
    }

    @Test
    void rowsGoToAFile() throws IOException {
        typed(".output prices.parquet\nSELECT * FROM price;\nSELECT 1;\n");

        assertThat(lake.statements)
                .containsExactly(
                        "COPY (SELECT * FROM price) TO 'prices.parquet' (FORMAT parquet, COMPRESSION zstd)",
                        "SELECT 1;");
    }

    @Test
    void whatIsWrongIsToldAndTheConversationGoesOn() throws IOException {
        typed(".tabels\n.mode xml\n.output a.txt\n.schema prise\nWRONG;\nSELECT 1;\n");

        assertThat(errors)
                .containsExactly(
                        "there is no command .tabels; did you mean .tables?",
                        ".mode must be table, json, csv but was xml",
                        "a file must end in .csv, .json or .parquet but was a.txt",
                        "there is no table prise; did you mean price?",
                        "this is wrong");
        assertThat(lake.statements).endsWith("SELECT 1;");
    }

    @Test
    void aFullScreenStopsUntilAKeyIsPressed() throws IOException {
        lake.rows = 30;
        String screen = typed("SELECT 1;\nq.mode csv\nSELECT 2;\n q", 10);

        assertThat(screen)
                .contains("-- more: space, Enter, q --", " 6  answer 6", "15,answer 15")
                .doesNotContain(" 7  answer 7", "16,answer 16");
        assertThat(lake.statements).containsExactly("SELECT 1;", "SELECT 2;");
    }

    @Test
    void whatWasTypedIsKeptForTheNextTime() throws IOException {
        typed("SELECT 42;\n");

        assertThat(folder.resolve("history")).content().contains("SELECT 42;");
    }

    @Test
    void tabOffersTablesColumnsAndWhatCommandsTake() {
        assertThat(offered("SELECT ")).contains("product", "price", "FROM").doesNotContain("amount");
        assertThat(offered("SELECT am FROM price", 9)).contains("amount").doesNotContain("title");
        assertThat(offered("SELECT price.")).containsExactly("price.product_id", "price.amount");
        assertThat(offered("select co")).contains("count(*)", "group by");
        assertThat(offered(".sch")).contains(".schema", ".asof");
        assertThat(offered(".schema ")).containsExactly("price", "product");
        assertThat(offered(".asof ")).containsExactly("2026-11-19", "2026-11-20", "now");
        assertThat(offered(".mode ")).containsExactly("table", "json", "csv");
    }

    private List<String> offered(String line) {
        return offered(line, line.length());
    }

    private List<String> offered(String line, int cursor) {
        return new LakeCompleter(lake).words(new InputParser().parse(line, cursor, ParseContext.COMPLETE));
    }

    private String typed(String keys) throws IOException {
        return typed(keys, 100);
    }

    private String typed(String keys, int height) throws IOException {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        try (ExternalTerminal terminal = new ExternalTerminal(
                "test",
                "dumb",
                new ByteArrayInputStream(keys.getBytes(StandardCharsets.UTF_8)),
                screen,
                StandardCharsets.UTF_8)) {
            terminal.setSize(new Size(120, height));
            Path history = folder.resolve("history");
            new Prompt(lake, terminal, OutputFormat.TABLE, history, e -> errors.add(e.getMessage())).run();
            terminal.flush();
        }
        return screen.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    /** Two tables in memory. */
    private static final class Shelf implements PromptLake {
        private final List<String> statements = new ArrayList<>();
        private final List<String> moments = new ArrayList<>();
        private int rows = 1;

        @Override
        public List<String> tables() {
            return List.of("price", "product");
        }

        @Override
        public List<Column> columns(String table) {
            return switch (table) {
                case "price" -> List.of(new Column("product_id", "long"), new Column("amount", "decimal(12, 2)"));
                case "product" -> List.of(new Column("product_id", "long"), new Column("title", "string"));
                default -> List.of();
            };
        }

        @Override
        public List<String> days() {
            return List.of("2026-11-19", "2026-11-20");
        }

        @Override
        public void lookAt(String moment) {
            moments.add(moment);
        }

        @Override
        public void run(String statement, Function<List<String>, RowWriter> output) {
            if (statement.startsWith("WRONG")) {
                throw new FirnException(ErrorCode.QUERY_INVALID, "this is wrong");
            }
            statements.add(statement);
            try (RowWriter writer = output.apply(List.of("id", "note"))) {
                for (int i = 1; i <= rows; i++) {
                    writer.row(List.of(i, "answer " + (rows == 1 ? statements.size() : i)));
                }
            }
        }
    }
}
