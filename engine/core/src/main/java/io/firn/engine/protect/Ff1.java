package io.firn.engine.protect;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Format-preserving encryption: numerals of a radix become as many numerals of the same radix, each text another one.
 *
 * @see <a href="https://doi.org/10.6028/NIST.SP.800-38G">NIST SP 800-38G, algorithm 7, FF1.Encrypt</a>
 */
final class Ff1 {
    private static final int ROUNDS = 10;
    private static final int BLOCK = 16;

    private final SecretKeySpec key;
    private final byte[] tweak;
    private final int radix;

    /**
     * @param key of AES: 16, 24 or 32 bytes
     * @param tweak tells uses of one key apart
     */
    Ff1(byte[] key, byte[] tweak, int radix) {
        this.key = new SecretKeySpec(key, "AES");
        this.tweak = tweak.clone();
        this.radix = radix;
    }

    /** @param numerals two or more, each from 0 to the radix */
    int[] encrypt(int[] numerals) {
        int n = numerals.length;
        int u = n / 2;
        int v = n - u;
        int[] a = Arrays.copyOfRange(numerals, 0, u);
        int[] b = Arrays.copyOfRange(numerals, u, n);
        int bytes = (BigInteger.valueOf(radix).pow(v).subtract(BigInteger.ONE).bitLength() + 7) / 8;
        Aes aes = new Aes();
        for (int round = 0; round < ROUNDS; round++) {
            int m = round % 2 == 0 ? u : v;
            BigInteger y = new BigInteger(1, aes.stretched(input(n, u, bytes, round, b), 4 * ((bytes + 3) / 4) + 4));
            BigInteger c = number(a).add(y).mod(BigInteger.valueOf(radix).pow(m));
            a = b;
            b = numerals(c, m);
        }
        int[] encrypted = Arrays.copyOf(a, n);
        System.arraycopy(b, 0, encrypted, a.length, b.length);
        return encrypted;
    }

    /** P and Q of the standard's steps 5 and 6.i. */
    private byte[] input(int n, int u, int bytes, int round, int[] right) {
        int padding = Math.floorMod(-tweak.length - bytes - 1, BLOCK);
        ByteBuffer input = ByteBuffer.allocate(BLOCK + tweak.length + padding + 1 + bytes);
        input.put((byte) 1).put((byte) 2).put((byte) 1);
        input.put((byte) (radix >> 16)).put((byte) (radix >> 8)).put((byte) radix);
        input.put((byte) ROUNDS).put((byte) u).putInt(n).putInt(tweak.length);
        input.put(tweak).put(new byte[padding]).put((byte) round);
        byte[] number = number(right).toByteArray();
        int from = Math.max(0, number.length - bytes);
        input.put(new byte[Math.max(0, bytes - number.length)]).put(number, from, number.length - from);
        return input.array();
    }

    private BigInteger number(int[] numerals) {
        BigInteger number = BigInteger.ZERO;
        for (int numeral : numerals) {
            number = number.multiply(BigInteger.valueOf(radix)).add(BigInteger.valueOf(numeral));
        }
        return number;
    }

    private int[] numerals(BigInteger number, int count) {
        int[] numerals = new int[count];
        BigInteger rest = number;
        for (int i = count - 1; i >= 0; i--) {
            BigInteger[] parts = rest.divideAndRemainder(BigInteger.valueOf(radix));
            numerals[i] = parts[1].intValueExact();
            rest = parts[0];
        }
        return numerals;
    }

    /** The block cipher, for one text. */
    private final class Aes {
        private final Cipher cipher;

        Aes() {
            try {
                cipher = Cipher.getInstance("AES/ECB/NoPadding");
                cipher.init(Cipher.ENCRYPT_MODE, key);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java has AES", e);
            }
        }

        private byte[] block(byte[] in) {
            try {
                return cipher.doFinal(in);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("a block of AES", e);
            }
        }

        /** @return the first {@code length} bytes of S, of the standard's step 6.iii */
        byte[] stretched(byte[] input, int length) {
            byte[] r = new byte[BLOCK];
            for (int from = 0; from < input.length; from += BLOCK) {
                for (int i = 0; i < BLOCK; i++) {
                    r[i] ^= input[from + i];
                }
                r = block(r);
            }
            ByteBuffer all =
                    ByteBuffer.allocate((length + BLOCK - 1) / BLOCK * BLOCK).put(r);
            for (int j = 1; all.hasRemaining(); j++) {
                byte[] counted = r.clone();
                for (int i = 0; i < Integer.BYTES; i++) {
                    counted[BLOCK - 1 - i] ^= (byte) (j >> (Byte.SIZE * i));
                }
                all.put(block(counted));
            }
            return Arrays.copyOf(all.array(), length);
        }
    }
}
