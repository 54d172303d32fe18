package io.firn.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.firn.catalog.config.ServiceConfig;
import org.slf4j.LoggerFactory;

/**
 * Logging without a configuration file, because reading one costs every start a fifth of a second. The screen shows
 * Firn's own warnings only; {@code FIRN_LOG=file} keeps everything from INFO up, of all libraries, in a file. A
 * {@code logback.xml} or {@code logback-test.xml} on the class path comes first.
 */
@ConfiguratorRank(ConfiguratorRank.FALLBACK)
public final class LogConfiguration extends ContextAwareBase implements Configurator {

    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX,UTC} %-5level [%thread] %logger{0}: %msg%nopex%n";

    private static final String SERVICE_PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX,UTC} %-5level %msg %kvp{NONE}%nopex%n";
    private static final String SCREEN = "screen";

    /** Found and made by logback. */
    public LogConfiguration() {}

    @Override
    public ExecutionStatus configure(LoggerContext logs) {
        String file = System.getenv("FIRN_LOG");
        if (file == null || file.isBlank()) {
            ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
            console.setName(SCREEN);
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

    /** Shows what the service does on the screen, where no file was asked for and no configuration file is there. */
    static void showService(ServiceConfig.LogFormat format) {
        LoggerContext logs = (LoggerContext) LoggerFactory.getILoggerFactory();
        if (!(logs.getLogger("ROOT").getAppender(SCREEN) instanceof ConsoleAppender<ILoggingEvent> console)) {
            return;
        }
        logs.getLogger("ROOT").setLevel(Level.WARN);
        logs.getLogger("org.apache.kafka").setLevel(Level.ERROR);
        logs.getLogger("io.firn").setLevel(Level.INFO);
        console.setEncoder(format == ServiceConfig.LogFormat.JSON ? json(logs) : text(logs, SERVICE_PATTERN));
    }

    private static JsonEncoder json(LoggerContext logs) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(logs);
        encoder.setWithContext(false);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.start();
        return encoder;
    }

    private static void start(OutputStreamAppender<ILoggingEvent> appender, LoggerContext logs, String pattern) {
        appender.setContext(logs);
        appender.setEncoder(text(logs, pattern));
        appender.start();
        logs.getLogger("ROOT").addAppender(appender);
    }

    private static PatternLayoutEncoder text(LoggerContext logs, String pattern) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(logs);
        encoder.setPattern(pattern);
        encoder.start();
        return encoder;
    }
}
