package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.FirnException;
import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.RedisTableConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis that speaks TLS, with a certificate of its own making that Java is told to trust, or is not. */
class TlsTest {
    private static final String PASSWORD = "sesame";
    private static final String TRUST = "javax.net.ssl.trustStore";

    @TempDir
    Path folder;

    @AfterEach
    void trustAsBefore() {
        System.clearProperty(TRUST);
    }

    @Test
    void speaksTlsToAServerWhoseCertificateIsTrustedAndToNoOther()
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = certificate("localhost");
        int port = TestRedis.freePort();
        try (TestLake lake = new TestLake(folder);
                TestRedis redis = TestRedis.start(
                        folder.resolve("redis"),
                        "tls-port " + port,
                        "tls-cert-file " + folder.resolve("cert.pem"),
                        "tls-key-file " + folder.resolve("key.pem"),
                        "tls-ca-cert-file " + folder.resolve("cert.pem"),
                        "tls-auth-clients no")) {
            lake.commit(lake.put(1, "Boots", "12.50"));
            assertThatThrownBy(() -> open(lake, "rediss://localhost:" + port))
                    .isInstanceOf(FirnException.class)
                    .hasMessageStartingWith("redis at localhost:%d cannot be reached: ".formatted(port));
            System.setProperty(TRUST, store.toString());
            try (Projector projector = open(lake, "rediss://localhost:" + port)) {
                projector.catchUp();
            }
            assertThat(redis.row("product:1")).containsEntry("price", "12.50");
            assertThatThrownBy(() -> open(lake, "rediss://127.0.0.1:" + port))
                    .as("a certificate of another host")
                    .isInstanceOf(FirnException.class);
        }
    }

    private static Projector open(TestLake lake, String uri) {
        return Projector.open(
                new RedisConfig(uri, Map.of("product", new RedisTableConfig("product:{product_id}"))),
                lake.lake,
                lake.workbench);
    }

    /** Makes a key and its certificate, as PEM for Redis and as a key store for Java. */
    private Path certificate(String host) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("store.p12");
        int exit = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + host,
                        "-ext",
                        "san=dns:" + host,
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start()
                .waitFor();
        assertThat(exit).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Key key = keys.getKey("redis", PASSWORD.toCharArray());
        write("key.pem", "PRIVATE KEY", key.getEncoded());
        write("cert.pem", "CERTIFICATE", keys.getCertificate("redis").getEncoded());
        return trustStore(keys.getCertificate("redis"));
    }

    private Path trustStore(java.security.cert.Certificate certificate) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("JKS");
        trusted.load(null, null);
        trusted.setCertificateEntry("redis", certificate);
        Path store = folder.resolve("trust.jks");
        try (var out = Files.newOutputStream(store)) {
            trusted.store(out, "changeit".toCharArray());
        }
        return store;
    }

    private void write(String name, String kind, byte[] der) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(
                folder.resolve(name), "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, text, kind));
    }
}
