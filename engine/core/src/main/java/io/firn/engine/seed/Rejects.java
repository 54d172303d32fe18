package io.firn.engine.seed;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.io.FileIO;

/** Rows of finished parts that the lake cannot hold, in files beside the table until they go to quarantine. */
record Rejects(FileIO io, String folder) {
    private String file(int part) {
        return "%s/rejected-%06d.json".formatted(folder, part);
    }

    /**
     * In place of what an earlier attempt wrote. There are no empty files: stores refuse to read them from their start.
     */
    void write(int part, List<Misfit> misfits) {
        if (misfits.isEmpty()) {
            if (has(part)) {
                delete(part);
            }
            return;
        }
        try (OutputStream out = io.newOutputFile(file(part)).createOrOverwrite()) {
            for (Misfit misfit : misfits) {
                out.write(Texts.json(List.of(misfit.reason(), misfit.json())).getBytes(StandardCharsets.UTF_8));
                out.write('\n');
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    List<Misfit> read(int part) {
        List<Misfit> misfits = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(io.newInputFile(file(part)).newStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                List<String> texts = Texts.list(line);
                misfits.add(new Misfit(texts.get(0), texts.get(1)));
            }
        } catch (IOException e) {
            throw failed(e);
        }
        return misfits;
    }

    boolean has(int part) {
        return io.newInputFile(file(part)).exists();
    }

    void delete(int part) {
        io.deleteFile(file(part));
    }

    private FirnException failed(IOException e) {
        return new FirnException(
                ErrorCode.STORAGE_FAILED, "rejected rows in %s are lost: %s".formatted(folder, e.getMessage()), e);
    }
}
