package io.firn.snapshot.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.iceberg.io.FileIO;

/** SHA-256 of texts and files, and of lists of lines as a Merkle tree. */
final class Hashes {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private Hashes() {}

    static String of(byte[] content) {
        return hex(newDigest().digest(content));
    }

    static String of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads a whole file. */
    static String of(FileIO io, String location) {
        MessageDigest digest = newDigest();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = io.newInputFile(location).newStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + location, e);
        }
        return hex(digest.digest());
    }

    /**
     * Returns the root of the Merkle tree over the lines in their order, as RFC 6962 hashes leaves and nodes; a node
     * without a neighbour moves up as it is. No lines hash as an empty text.
     */
    static String merkleRoot(List<String> lines) {
        if (lines.isEmpty()) {
            return of("");
        }
        List<byte[]> level = new ArrayList<>();
        for (String line : lines) {
            level.add(hash(LEAF, line.getBytes(StandardCharsets.UTF_8), new byte[0]));
        }
        while (level.size() > 1) {
            List<byte[]> above = new ArrayList<>();
            for (int i = 0; i < level.size(); i += 2) {
                above.add(i + 1 < level.size() ? hash(NODE, level.get(i), level.get(i + 1)) : level.get(i));
            }
            level = above;
        }
        return hex(level.get(0));
    }

    private static byte[] hash(byte kind, byte[] first, byte[] second) {
        MessageDigest digest = newDigest();
        digest.update(kind);
        digest.update(first);
        digest.update(second);
        return digest.digest();
    }

    private static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
