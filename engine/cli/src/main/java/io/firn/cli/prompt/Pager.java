package io.firn.cli.prompt;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.utils.NonBlockingReader;

/** Writes to a terminal and stops when the screen is full: space goes on by a page, Enter by a line, q leaves. */
final class Pager extends OutputStream {
    private static final String MORE = "-- more: space, Enter, q --";

    private final Terminal terminal;
    private final OutputStream out;
    private int left;

    Pager(Terminal terminal) {
        this.terminal = terminal;
        this.out = terminal.output();
        this.left = page();
    }

    private int page() {
        int height = terminal.getHeight();
        return height < 3 ? Integer.MAX_VALUE : height - 2;
    }

    /** Somebody has seen enough. */
    static final class Left extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Left() {
            super("left", null, false, false);
        }
    }

    @Override
    public void write(int b) throws IOException {
        out.write(b);
        if (b == '\n' && --left <= 0) {
            ask();
        }
    }

    private void ask() throws IOException {
        out.write(MORE.getBytes(StandardCharsets.UTF_8));
        out.flush();
        int key = key();
        out.write(("\r" + " ".repeat(MORE.length()) + "\r").getBytes(StandardCharsets.UTF_8));
        out.flush();
        if (key == 'q' || key == 'Q' || key == NonBlockingReader.EOF || key == 3) {
            throw new Left();
        }
        left = key == '\r' || key == '\n' ? 1 : page();
    }

    private int key() throws IOException {
        Attributes before = terminal.enterRawMode();
        try {
            return terminal.reader().read();
        } finally {
            terminal.setAttributes(before);
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
