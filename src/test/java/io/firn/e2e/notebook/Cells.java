package io.firn.e2e.notebook;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.VarSnippet;
import jdk.jshell.execution.LocalExecutionControlProvider;
import org.jspecify.annotations.Nullable;

/** The cells of one notebook, run one after the other in this process, as a JShell kernel would. */
final class Cells implements AutoCloseable {
    private final JShell shell = JShell.builder()
            .executionEngine(new LocalExecutionControlProvider(), null)
            .build();

    Cells() {
        shell.addToClasspath(System.getProperty("java.class.path"));
    }

    /**
     * What a cell printed and left.
     *
     * @param value of its last line; null when that is no expression
     */
    record Result(String printed, @Nullable Object value) {}

    /** @throws AssertionError when the cell does not compile or fails */
    Result run(String source) {
        PrintStream screen = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        LastValue.take();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Snippet last = evaluate(withoutMagic(source));
            if (last instanceof VarSnippet variable && last.subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND) {
                check(shell.eval("io.firn.e2e.notebook.LastValue.keep(" + variable.name() + ");"), source);
            }
        } finally {
            System.setOut(screen);
        }
        return new Result(printed.toString(StandardCharsets.UTF_8), LastValue.take());
    }

    /** A kernel fetches what such lines name; here it is on the class path. */
    private static String withoutMagic(String source) {
        return source.lines().filter(line -> !line.startsWith("%")).collect(Collectors.joining("\n"));
    }

    private @Nullable Snippet evaluate(String source) {
        SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
        Snippet last = null;
        String rest = source;
        while (!rest.isBlank()) {
            CompletionInfo next = analysis.analyzeCompletion(rest);
            if (!next.completeness().isComplete()) {
                throw new AssertionError("this is no Java: " + rest);
            }
            for (SnippetEvent event : check(shell.eval(next.source()), next.source())) {
                last = event.causeSnippet() == null ? event.snippet() : last;
            }
            rest = next.remaining();
        }
        return last;
    }

    private List<SnippetEvent> check(List<SnippetEvent> events, String source) {
        for (SnippetEvent event : events) {
            if (event.exception() != null) {
                throw new AssertionError("this failed: " + source, event.exception());
            }
            if (event.status() == Snippet.Status.REJECTED) {
                String problems = shell.diagnostics(event.snippet())
                        .map(problem -> problem.getMessage(null))
                        .collect(Collectors.joining("\n"));
                throw new AssertionError("this does not compile: " + source + "\n" + problems);
            }
        }
        return events;
    }

    @Override
    public void close() {
        shell.close();
    }
}
