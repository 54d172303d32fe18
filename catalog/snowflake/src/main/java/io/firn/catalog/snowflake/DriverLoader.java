package io.firn.catalog.snowflake;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;

/**
 * Snowflake's JDBC driver. It is large, and a driver that is on the class path is started by the first use of any
 * other: so it is loaded from a file of its own, and only by who needs it.
 */
final class DriverLoader {

    /** The system property that says where the driver's jar is. */
    static final String LOCATION = "firn.snowflake.driver";

    private static final String CLASS = "net.snowflake.client.api.driver.SnowflakeDriver";

    private DriverLoader() {}

    /** @throws FirnException when there is no driver */
    static Driver driver() {
        try {
            return instance(DriverLoader.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            return ofFile(String.valueOf(System.getProperty(LOCATION)));
        }
    }

    private static Driver ofFile(String jar) {
        if (!Files.isRegularFile(Path.of(jar))) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID,
                    "system property %s must name Snowflake's JDBC driver (snowflake-jdbc.jar) but was %s"
                            .formatted(LOCATION, jar));
        }
        try {
            return instance(loader(Path.of(jar).toUri().toURL()));
        } catch (MalformedURLException | ClassNotFoundException e) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID, "%s has no driver of Snowflake that is known: %s".formatted(jar, e), e);
        }
    }

    /** Stays open as long as the process runs, as a driver does. */
    @SuppressWarnings("resource")
    private static ClassLoader loader(URL jar) {
        return new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader());
    }

    private static Driver instance(ClassLoader loader) throws ClassNotFoundException {
        try {
            return Class.forName(CLASS, true, loader)
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ClassNotFoundException e) {
            throw e;
        } catch (ReflectiveOperationException e) {
            throw FirnException.internal("Snowflake's driver does not start", e);
        }
    }
}
