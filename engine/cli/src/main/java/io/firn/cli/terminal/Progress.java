package io.firn.cli.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;

/** One line on a screen that is overwritten while work goes on; nothing at all elsewhere. Threads may share it. */
public final class Progress implements AutoCloseable {

    private static final int BAR = 24;
    private static final Duration REDRAW = Duration.ofMillis(100);

    private final PrintStream err;
    private final boolean shown;
    private final InstantSource clock;
    private final long startMillis;
    private String doing = "";
    private long done;
    private long total;
    private long drawnMillis;

    /** Draws on {@code err} of the terminal. */
    public Progress(Terminal terminal, InstantSource clock) {
        err = terminal.err();
        shown = terminal.errIs() == Terminal.Watched.SCREEN;
        this.clock = clock;
        startMillis = clock.millis();
        drawnMillis = startMillis - REDRAW.toMillis();
    }

    /** Begins a step of a known size. */
    public synchronized void begin(String step, long stepTotal) {
        doing = step;
        total = stepTotal;
        done = 0;
        draw();
    }

    /** Begins a step whose size is not known. */
    public void begin(String step) {
        begin(step, 0);
    }

    /** This much more is done. */
    public synchronized void advance(long amount) {
        done += amount;
        if (clock.millis() - drawnMillis >= REDRAW.toMillis()) {
            draw();
        }
    }

    private void draw() {
        if (shown) {
            drawnMillis = clock.millis();
            err.print("\r\033[K" + line(drawnMillis - startMillis));
            err.flush();
        }
    }

    private String line(long elapsedMillis) {
        String time = String.format(Locale.ROOT, "%.0f s", elapsedMillis / 1000.0);
        if (total <= 0) {
            return doing + (done > 0 ? String.format(Locale.ROOT, "  %,d", done) : "") + "  " + time;
        }
        int filled = (int) Math.min(BAR, BAR * done / total);
        return String.format(
                Locale.ROOT,
                "%s  [%s%s] %3d%%  %s",
                doing,
                "#".repeat(filled),
                ".".repeat(BAR - filled),
                Math.min(100, 100 * done / total),
                time);
    }

    /** Takes the line away. */
    @Override
    public synchronized void close() {
        if (shown) {
            err.print("\r\033[K");
            err.flush();
        }
    }
}
