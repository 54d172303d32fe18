package io.firn.cli.prompt;

import java.util.ArrayList;
import java.util.List;

/** What somebody typed: a command of the prompt, which begins with a dot, or SQL. */
sealed interface Input {
    /** A command with its arguments. */
    record Dot(String name, List<String> arguments) implements Input {
        public Dot {
            arguments = List.copyOf(arguments);
        }

        /** The first argument; nothing when there is none. */
        String argument() {
            return arguments.isEmpty() ? "" : arguments.get(0);
        }
    }

    /** Statements, each with its semicolon. */
    record Sql(List<String> statements) implements Input {
        public Sql {
            statements = List.copyOf(statements);
        }
    }

    /** Reads one input. */
    static Input of(String text) {
        String stripped = text.strip();
        if (stripped.startsWith(".")) {
            List<String> words = List.of(stripped.substring(1).split("\\s+", -1));
            return new Dot(words.get(0), words.subList(1, words.size()));
        }
        return new Sql(statements(text));
    }

    /** Whether the text is a command, or SQL that ends with a semicolon outside quotes and comments. */
    static boolean isComplete(String text) {
        String stripped = text.strip();
        return stripped.isEmpty()
                || stripped.startsWith(".")
                || new Scan(text).rest().isBlank();
    }

    /** Cuts a text at the semicolons outside quotes and comments; the last statement needs none. */
    static List<String> statements(String text) {
        Scan scan = new Scan(text);
        List<String> statements = new ArrayList<>(scan.statements);
        if (!scan.rest().isBlank()) {
            statements.add(scan.rest().strip());
        }
        return statements;
    }

    /** Finds the semicolons that end statements. */
    final class Scan {
        private final List<String> statements = new ArrayList<>();
        private final String text;
        private int begin;
        private int at;

        Scan(String text) {
            this.text = text;
            while (at < text.length()) {
                step();
            }
        }

        private void step() {
            char here = text.charAt(at);
            if (here == '\'' || here == '"') {
                skipPast(String.valueOf(here), at + 1);
            } else if (text.startsWith("--", at)) {
                skipPast("\n", at);
            } else if (text.startsWith("/*", at)) {
                skipPast("*/", at + 2);
            } else {
                at++;
                if (here == ';') {
                    end();
                }
            }
        }

        /** What is not ended goes on to the end, and is no statement. */
        private void skipPast(String end, int from) {
            int found = text.indexOf(end, from);
            at = found < 0 ? text.length() : found + end.length();
        }

        private void end() {
            String statement = text.substring(begin, at).strip();
            if (statement.length() > 1) {
                statements.add(statement);
            }
            begin = at;
        }

        /** What follows the last statement. */
        String rest() {
            String rest = text.substring(begin);
            return rest.strip().startsWith("--") && !rest.strip().contains("\n") ? "" : rest;
        }
    }
}
