package io.firn.catalog.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretTest {

    @Test
    void aWholeConfigurationPrintsNoSecret() {
        FirnConfig config = ConfigLoader.parse("""
                lake:
                  namespace: atlas
                  catalog: { properties: { s3.secret-access-key: hunter2, s3.endpoint: "http://u:hunter2@s3" } }
                source:
                  bootstrap-servers: a:1
                  kafka: { sasl.jaas.config: hunter2, ssl.truststore.password: hunter2 }
                  postgres: { url: "jdbc:postgresql://h/d?password=hunter2&ssl=true", user: firn, password: hunter2 }
                tables: { product: { source: public.product, key: [id] } }
                serving: { redis: { uri: "redis://:hunter2@localhost:6379/0", tables: {} } }
                """, ConfigLoaderTest.FILE, Map.of());

        assertThat(config.toString()).doesNotContain("hunter2").contains("s3.endpoint=http://u:***@s3", "ssl=true");
        assertThat(config.source().kafka()).containsEntry("sasl.jaas.config", "hunter2");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://localhost:6379,redis://localhost:6379",
        "redis://u:p@localhost:6379/1,redis://u:***@localhost:6379/1",
        "jdbc:postgresql://h/d?user=u&password=p&ssl=1,jdbc:postgresql://h/d?user=u&password=***&ssl=1",
        "plain words,plain words",
    })
    void masksThePasswordInAnAddress(String address, String masked) {
        assertThat(Secret.maskUri(address)).isEqualTo(masked);
    }
}
