package io.firn.snapshot.ledger;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.Failures;
import io.firn.catalog.FirnException;
import java.util.Base64;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/**
 * Signs with an Ed25519 key that never leaves AWS KMS; {@code kms:Sign} is the only right that it takes. Credentials,
 * region and endpoint come from where AWS's own tools take them.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html">Sign</a>
 */
final class KmsSigner implements Signer {
    private final String key;

    private KmsSigner(String key) {
        this.key = key;
    }

    /** @param key ARN, {@code alias/NAME} or id */
    static Signer of(String key) {
        return new KmsSigner(key);
    }

    @Override
    public String sign(String text) {
        try (KmsClient kms = client()) {
            SdkBytes signature = kms.sign(request -> request.keyId(key)
                            .message(SdkBytes.fromUtf8String(text))
                            .messageType(MessageType.RAW)
                            .signingAlgorithm(SigningAlgorithmSpec.ED25519_SHA_512))
                    .signature();
            return Base64.getEncoder().encodeToString(signature.asByteArray());
        } catch (SdkException e) {
            throw new FirnException(
                    code(e), "snapshots.kms-key %s did not sign: %s".formatted(key, Failures.rootMessage(e)), e);
        }
    }

    /** Entries are signed once a day: no connection is kept. */
    private KmsClient client() {
        KmsClientBuilder builder = KmsClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder());
        region().ifPresent(builder::region);
        return builder.build();
    }

    /** An ARN names its region. */
    private Optional<Region> region() {
        String[] parts = key.split(":", -1);
        return parts.length == 6 && parts[0].equals("arn") ? Optional.of(Region.of(parts[3])) : Optional.empty();
    }

    private static ErrorCode code(SdkException failure) {
        if (Failures.isRefusedByAws(failure)) {
            return ErrorCode.ACCESS_DENIED;
        }
        boolean wrongKey = failure instanceof KmsException refused
                && refused.statusCode() == 400
                && !refused.isThrottlingException();
        return wrongKey ? ErrorCode.CONFIG_INVALID : ErrorCode.SIGNING_FAILED;
    }
}
