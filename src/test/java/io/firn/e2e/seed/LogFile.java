package io.firn.e2e.seed;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Keeps what all libraries log from INFO up, stack traces too, in a file, as {@code FIRN_LOG} does. */
record LogFile(Logger root, Level before, List<Appender<ILoggingEvent>> others, FileAppender<ILoggingEvent> appender)
        implements AutoCloseable {
    static LogFile of(Path file) {
        LoggerContext logs = (LoggerContext) LoggerFactory.getILoggerFactory();
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(logs);
        encoder.setPattern("%d %-5level %logger: %msg %kvp%n%ex");
        encoder.start();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(logs);
        appender.setFile(file.toString());
        appender.setEncoder(encoder);
        appender.start();
        Logger root = logs.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        List<Appender<ILoggingEvent>> others = new ArrayList<>();
        root.iteratorForAppenders().forEachRemaining(others::add);
        others.forEach(root::detachAppender);
        root.setLevel(Level.INFO);
        root.addAppender(appender);
        return new LogFile(root, before, others, appender);
    }

    @Override
    public void close() {
        root.detachAppender(appender);
        others.forEach(root::addAppender);
        root.setLevel(before);
        appender.stop();
    }
}
