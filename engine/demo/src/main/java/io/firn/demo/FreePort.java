package io.firn.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** TCP ports of the loopback interface that nobody listened on a moment ago. */
final class FreePort {
    private static final int MOST_ATTEMPTS = 100;

    /** The system may offer a port again before the one who was given it listens there. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /** Returns a port that was not returned before, as far as there are enough. */
    static int next() {
        int port = offered();
        for (int attempt = 1; !GIVEN.add(port) && attempt < MOST_ATTEMPTS; attempt++) {
            port = offered();
        }
        return port;
    }

    private static int offered() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free TCP port on the loopback interface", e);
        }
    }
}
