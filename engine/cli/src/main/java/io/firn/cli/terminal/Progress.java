package io.firn.cli.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;

/** One line on a screen that is overwritten while work goes on; nothing at all elsewhere. Threads may share it. */
public final class Progress implements AutoCloseable {

    private static final int BAR = 24;
    private static final Duration REDRAW = Duration.ofMillis(100);
    private static final Duration PACE_KNOWN = Duration.ofSeconds(2);

    private final PrintStream err;
    private final boolean shown;
    private final InstantSource clock;
    private final long startMillis;
    private String doing = "";
    private long done;
    private long before;
    private long total;
    private long stepMillis;
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
        resume(step, stepTotal, 0);
    }

    /** Begins a step of a known size, a part of which was done earlier. */
    public synchronized void resume(String step, long stepTotal, long doneBefore) {
        doing = step;
        total = stepTotal;
        done = doneBefore;
        before = doneBefore;
        stepMillis = clock.millis();
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
                "%s  [%s%s] %3d%%  %s%s",
                doing,
                "#".repeat(filled),
                ".".repeat(BAR - filled),
                Math.min(100, 100 * done / total),
                time,
                pace(clock.millis() - stepMillis));
    }

    /** How fast it goes and how long it will go on, once that can be said. */
    private String pace(long millis) {
        long recent = done - before;
        if (recent <= 0 || millis < PACE_KNOWN.toMillis()) {
            return "";
        }
        double perSecond = recent * 1000.0 / millis;
        Duration left = Duration.ofSeconds((long) (Math.max(0, total - done) / perSecond));
        return String.format(
                Locale.ROOT,
                "  %,.0f/s  %d:%02d:%02d left",
                perSecond,
                left.toHours(),
                left.toMinutesPart(),
                left.toSecondsPart());
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
