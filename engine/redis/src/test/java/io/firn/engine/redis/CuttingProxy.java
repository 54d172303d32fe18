package io.firn.engine.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** Stands before a Redis and cuts the connection after so many bytes from the client; what came before is passed on. */
final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final AtomicLong bytesLeft = new AtomicLong(Long.MAX_VALUE);

    CuttingProxy(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        start("proxy", this::accept);
    }

    String uri() {
        return "redis://127.0.0.1:" + listener.getLocalPort();
    }

    /** The connection that sends this many more bytes is cut; later ones are not. */
    void cutAfter(long bytes) {
        bytesLeft.set(bytes);
    }

    private void accept() throws IOException {
        while (!listener.isClosed()) {
            Socket client = listener.accept();
            Socket redis = new Socket(InetAddress.getLoopbackAddress(), target);
            start("to redis", () -> forward(client, redis));
            start("from redis", () -> redis.getInputStream().transferTo(client.getOutputStream()));
        }
    }

    private void forward(Socket client, Socket redis) throws IOException {
        try (client;
                redis) {
            InputStream in = client.getInputStream();
            OutputStream out = redis.getOutputStream();
            byte[] buffer = new byte[4096];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                int count = read;
                long left = bytesLeft.getAndUpdate(known -> known == Long.MAX_VALUE ? known : known - count);
                if (left <= count) {
                    bytesLeft.set(Long.MAX_VALUE);
                    out.write(buffer, 0, (int) Math.max(0, left));
                    return;
                }
                out.write(buffer, 0, count);
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // one side has hung up
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
