package io.firn.cli.prompt;

import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.impl.DefaultParser;

/** Lets the line reader go on over several lines until a statement is ended. */
final class InputParser extends DefaultParser {
    InputParser() {
        setEscapeChars(null);
        setQuoteChars(new char[0]);
        setRegexVariable(null);
        setRegexCommand(null);
    }

    /** Names end where SQL ends them. */
    @Override
    public boolean isDelimiterChar(CharSequence line, int position) {
        return "(),;=<>+*/ \t\n".indexOf(line.charAt(position)) >= 0;
    }

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        if (context == ParseContext.ACCEPT_LINE && !Input.isComplete(line)) {
            throw new EOFError(-1, -1, "a semicolon is missing", "");
        }
        return super.parse(line, cursor, context == ParseContext.ACCEPT_LINE ? ParseContext.UNSPECIFIED : context);
    }
}
