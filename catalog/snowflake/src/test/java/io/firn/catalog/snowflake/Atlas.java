package io.firn.catalog.snowflake;

import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/** A lake in S3 that Snowflake is to read, under one catalog or another. */
final class Atlas {
    static final String GLUE = "{ type: glue, warehouse: 's3://bucket/lake' }";
    static final String REST = "{ type: rest, uri: 'https://polaris.example/api', warehouse: 's3://bucket/lake' }";
    static final String SQLITE = "{ type: jdbc, warehouse: 's3://bucket/lake/' }";
    static final String OAUTH = ", oauth: { client-id: firn, client-secret: '${SECRET}' }";
    static final String SECRET = "it's-secret\\";

    private Atlas() {}

    static FirnConfig config(Path folder, String catalog, String more) throws IOException {
        Path file = folder.resolve("firn.yaml");
        Files.writeString(file, """
                lake: { catalog: %s, namespace: atlas }
                source: { bootstrap-servers: 'localhost:9092' }
                tables:
                  product: { source: public.product, key: [product_id] }
                  price: { source: public.price, key: [product_id, market] }
                serving:
                  snowflake: { account: test, user: firn, private-key: firn.p8, warehouse: small, database: atlas,
                    aws-role: 'arn:aws:iam::123456789012:role/firn-snowflake', aws-region: eu-central-1 %s }
                """.formatted(catalog, more));
        return ConfigLoader.load(file, Map.of("SECRET", SECRET));
    }

    static SnowflakeSite site(Path folder, String catalog, String more) throws IOException {
        return SnowflakeSite.of(config(folder, catalog, more));
    }

    /** Makes a key pair and writes its private half where the configuration looks for it. */
    static KeyPair keyPair(Path folder) throws IOException, NoSuchAlgorithmException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        Files.writeString(
                folder.resolve("firn.p8"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(pair.getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        return pair;
    }

    static List<LakeTable> tables() {
        return List.of(product(), changes());
    }

    static LakeTable product() {
        return table(
                "product",
                new Schema(
                        List.of(
                                Types.NestedField.required(1, "product_id", Types.LongType.get()),
                                Types.NestedField.optional(2, "title", Types.StringType.get())),
                        Set.of(1)));
    }

    static LakeTable changes() {
        return table(
                "product_changes",
                new Schema(Types.NestedField.optional(1, "_ingested_at", Types.TimestampType.withZone())));
    }

    static LakeTable table(String name, Schema schema) {
        return new LakeTable(
                name,
                schema,
                "s3://bucket/lake/atlas/%s/metadata/00001.metadata.json".formatted(name),
                "s3://bucket/lake/atlas/firn-files/pinned/%s/{tag}.metadata.json".formatted(name),
                3,
                Map.of(),
                List.of());
    }
}
