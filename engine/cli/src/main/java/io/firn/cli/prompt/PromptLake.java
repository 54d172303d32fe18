package io.firn.cli.prompt;

import io.firn.cli.terminal.RowWriter;
import java.util.List;
import java.util.function.Function;

/** What a prompt asks of the lake. */
public interface PromptLake {
    /** The tables, in order. */
    List<String> tables();

    /** A table's columns, in order; empty when there is no such table. */
    List<Column> columns(String table);

    /** The days that some table can show, in order. */
    List<String> days();

    /**
     * Looks at another moment from now on.
     *
     * @param moment a day, the name of a tag, or nothing for now
     */
    void lookAt(String moment);

    /**
     * Runs a statement.
     *
     * @param output begins the output of a statement that has one
     */
    void run(String statement, Function<List<String>, RowWriter> output);

    /** One column. */
    record Column(String name, String type) {}
}
