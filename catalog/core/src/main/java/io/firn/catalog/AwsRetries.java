package io.firn.catalog;

import software.amazon.awssdk.core.SdkSystemSetting;

/**
 * How often a call of AWS is tried. The SDK gives up after three attempts, which a catalog that is busy for some
 * seconds outlasts; what the user or the environment sets stands.
 *
 * @see <a href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html">Retry behaviour</a>
 */
final class AwsRetries {
    /** With the SDK's back-off and jitter, up to about a minute and a half. */
    private static final String ATTEMPTS = "10";

    private AwsRetries() {}

    /** Holds for every client made in this process afterwards. */
    static void raiseDefaults() {
        setWhereUnset(SdkSystemSetting.AWS_RETRY_MODE, "standard");
        setWhereUnset(SdkSystemSetting.AWS_MAX_ATTEMPTS, ATTEMPTS);
    }

    private static void setWhereUnset(SdkSystemSetting setting, String value) {
        if (setting.getStringValue().isEmpty()) {
            System.setProperty(setting.property(), value);
        }
    }
}
