package io.firn.engine.seed;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.io.FileIO;

/**
 * The keys of a table's rows that changed since its load began, in files beside the table, so that the source need not
 * keep its log for them and a load can go on from anywhere. A key may be in several files.
 *
 * <p>The files are numbered without gaps; nothing else says how many there are. Not safe for use by several threads.
 */
final class ChangedKeys {
    private final FileIO io;
    private final String folder;
    private final Set<List<String>> pending = new LinkedHashSet<>();
    private int next;

    /** @param folder where files of this load are */
    ChangedKeys(FileIO io, String folder) {
        this.io = io;
        this.folder = folder;
        while (io.newInputFile(file(next)).exists()) {
            next++;
        }
    }

    private String file(int number) {
        return "%s/keys-%06d.json".formatted(folder, number);
    }

    void add(List<String> key) {
        pending.add(List.copyOf(key));
    }

    /** Makes durable what was added. */
    void keep() {
        if (pending.isEmpty()) {
            return;
        }
        try (OutputStream out = io.newOutputFile(file(next)).createOrOverwrite()) {
            for (List<String> key : pending) {
                out.write(Texts.json(key).getBytes(StandardCharsets.UTF_8));
                out.write('\n');
            }
        } catch (IOException e) {
            throw failed("written", e);
        }
        next++;
        pending.clear();
    }

    /** @return all keys that were kept */
    Set<List<String>> read() {
        Set<List<String>> keys = new LinkedHashSet<>();
        for (int i = 0; i < next; i++) {
            read(file(i), keys);
        }
        return keys;
    }

    /** A last line that was not written to its end was not forgotten by the source either, and is in the next file. */
    private void read(String file, Set<List<String>> keys) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(io.newInputFile(file).newStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null) {
                String following = lines.readLine();
                if (following != null || line.endsWith("]")) {
                    keys.add(Texts.list(line));
                }
                line = following;
            }
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    private FirnException failed(String what, IOException e) {
        return new FirnException(
                ErrorCode.STORAGE_FAILED,
                "changed keys in %s could not be %s: %s".formatted(folder, what, e.getMessage()),
                e);
    }

    /** Deletes the files, those of an interrupted deletion too. */
    void delete() {
        List<String> files = new ArrayList<>();
        for (int i = next - 1; i >= 0; i--) {
            files.add(file(i));
        }
        files.forEach(io::deleteFile);
        next = 0;
        pending.clear();
    }
}
