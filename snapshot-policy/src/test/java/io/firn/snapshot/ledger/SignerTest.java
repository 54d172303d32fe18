package io.firn.snapshot.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key in a file and the same key in AWS KMS. */
class SignerTest {
    private static final String KEY = "arn:aws:kms:eu-central-1:123456789012:key/0f5e";
    private static final Map<String, String> AWS =
            Map.of("aws.accessKeyId", "test", "aws.secretAccessKey", "test", "aws.maxAttempts", "2");

    @TempDir
    private static Path folder;

    private KeyPair pair;
    private KmsServer kms;
    private Signer remote;

    @BeforeEach
    void start() throws IOException, NoSuchAlgorithmException {
        pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        kms = KmsServer.start(KEY, pair);
        AWS.forEach(System::setProperty);
        System.setProperty("aws.endpointUrlKms", kms.endpoint());
        remote = KmsSigner.of(KEY);
    }

    @AfterEach
    void stop() {
        kms.close();
        AWS.keySet().forEach(System::clearProperty);
        System.clearProperty("aws.endpointUrlKms");
    }

    @Test
    void bothSignTheSame() throws IOException {
        Path file = Files.writeString(
                folder.resolve("ledger.pem"),
                "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                        .formatted(Base64.getEncoder()
                                .encodeToString(pair.getPrivate().getEncoded())));
        for (String text : List.of("", "a".repeat(64), "größer als 7 €", "x".repeat(4096))) {
            String signature = remote.sign(text);
            assertThat(Ed25519.signer(file).sign(text)).isEqualTo(signature);
            assertThat(Ed25519.fits(pair.getPublic(), text, signature)).isTrue();
            assertThat(Ed25519.fits(pair.getPublic(), text + ".", signature)).isFalse();
        }
        assertThat(kms.actions()).containsExactly("kms:Sign");
    }

    @Test
    void aBusyServiceIsAskedAgain() {
        kms.refuse(400, "ThrottlingException", "Rate exceeded");
        assertThat(Ed25519.fits(pair.getPublic(), "day", remote.sign("day"))).isTrue();
    }

    @Test
    void whatKmsRefusesIsOneLineWithItsReason() {
        kms.refuse(400, "AccessDeniedException", "not authorized to perform: kms:Sign");
        assertFails(ErrorCode.ACCESS_DENIED, remote, KEY, "not authorized to perform: kms:Sign");
        kms.refuse(400, "InvalidKeyUsageException", "the key is RSA_2048");
        assertFails(ErrorCode.CONFIG_INVALID, remote, KEY, "the key is RSA_2048");
        kms.refuse(500, "KMSInternalException", "try again");
        kms.refuse(500, "KMSInternalException", "try again");
        assertFails(ErrorCode.SIGNING_FAILED, remote, KEY, "try again");
        String missing = KEY.replace("0f5e", "7777");
        assertFails(ErrorCode.CONFIG_INVALID, KmsSigner.of(missing), missing, "does not exist");
    }

    private static void assertFails(ErrorCode code, Signer signer, String key, String reason) {
        assertThatThrownBy(() -> signer.sign("day"))
                .isInstanceOfSatisfying(
                        FirnException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageStartingWith("snapshots.kms-key " + key + " did not sign: ")
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("\n");
    }
}
