package io.firn.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Logging without a configuration file, because reading one costs every start a fifth of a second. The screen shows
 * Firn's own warnings only; {@code FIRN_LOG=file} keeps everything from INFO up, of all libraries, in a file. A
 * {@code logback.xml} or {@code logback-test.xml} on the class path comes first.
 */
@ConfiguratorRank(ConfiguratorRank.FALLBACK)
public final class LogConfiguration extends ContextAwareBase implements Configurator {

    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX,UTC} %-5level [%thread] %logger{0}: %msg%nopex%n";

    /** Found and made by logback. */
    public LogConfiguration() {}

    @Override
    public ExecutionStatus configure(LoggerContext logs) {
        String file = System.getenv("FIRN_LOG");
        if (file == null || file.isBlank()) {
            ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
            console.setTarget("System.err");
            start(console, logs, "firn: %msg%nopex%n");
            logs.getLogger("ROOT").setLevel(Level.OFF);
            logs.getLogger("io.firn").setLevel(Level.WARN);
        } else {
            FileAppender<ILoggingEvent> appender = new FileAppender<>();
            appender.setFile(file);
            start(appender, logs, PATTERN);
            logs.getLogger("ROOT").setLevel(Level.INFO);
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static void start(OutputStreamAppender<ILoggingEvent> appender, LoggerContext logs, String pattern) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(logs);
        encoder.setPattern(pattern);
        encoder.start();
        appender.setContext(logs);
        appender.setEncoder(encoder);
        appender.start();
        logs.getLogger("ROOT").addAppender(appender);
    }
}
