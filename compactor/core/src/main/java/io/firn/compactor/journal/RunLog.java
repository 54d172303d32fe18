package io.firn.compactor.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.firn.catalog.FolderListing;
import io.firn.compactor.layout.Discard;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.apache.iceberg.util.JsonUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of a table's compactions that rewrote something or failed to, each a small file beside the table's metadata.
 * The oldest go when there are many. A store that cannot list files keeps none.
 */
public final class RunLog {
    private static final Logger LOG = LoggerFactory.getLogger(RunLog.class);

    /** How many runs of a table are kept at most. */
    public static final int KEPT = 200;

    private final Table table;
    private final String folder;

    /** The log of a table, which may be empty. */
    public RunLog(Table table) {
        this.table = table;
        this.folder = folder(table);
    }

    static String folder(Table table) {
        return Journal.folder(table) + "runs/";
    }

    /** Returns the runs, the oldest first. */
    public List<RunRecord> runs() {
        return files().stream().map(this::read).toList();
    }

    /** Returns bytes of the files that were rewritten by runs that started at {@code from} or later. */
    public long bytesRewrittenSince(Instant from) {
        return files().stream()
                .filter(file -> !started(file).isBefore(from))
                .map(this::read)
                .mapToLong(RunRecord::bytesBefore)
                .sum();
    }

    /** In the order of their names, which begin with the time. */
    private List<FileInfo> files() {
        List<FileInfo> files = new ArrayList<>();
        if (table.io() instanceof SupportsPrefixOperations io) {
            files.addAll(FolderListing.files(io, folder));
        }
        files.sort(Comparator.comparing(FileInfo::location));
        return files;
    }

    private Instant started(FileInfo file) {
        String name = file.location().substring(file.location().lastIndexOf('/') + 1);
        return Instant.ofEpochMilli(Long.parseLong(name.substring(0, name.indexOf('-'))));
    }

    /** A run that was recorded badly is no reason to fail. */
    public void append(RunRecord run) {
        if (!(table.io() instanceof SupportsPrefixOperations)) {
            return;
        }
        String name = "%015d-%s.json".formatted(run.started().toEpochMilli(), UUID.randomUUID());
        try (OutputStream out = table.io().newOutputFile(folder + name).create()) {
            out.write(JsonUtil.generate(json -> write(run, json), true).getBytes(StandardCharsets.UTF_8));
        } catch (IOException | RuntimeException e) {
            LOG.warn("{}: the run could not be recorded", table.name(), e);
        }
        List<FileInfo> files = files();
        files.subList(0, Math.max(0, files.size() - KEPT)).forEach(file -> Discard.location(table, file.location()));
    }

    private static void write(RunRecord run, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("started", run.started().toEpochMilli());
        json.writeNumberField("took-ms", run.took().toMillis());
        JsonUtil.writeStringArray("reasons", run.reasons(), json);
        json.writeNumberField("files-before", run.filesBefore());
        json.writeNumberField("files-after", run.filesAfter());
        json.writeNumberField("bytes-before", run.bytesBefore());
        json.writeNumberField("bytes-after", run.bytesAfter());
        json.writeNumberField("look-up-bytes-saved", run.lookUpBytesSaved());
        json.writeNumberField("carried-deletes", run.carriedDeletes());
        json.writeNumberField("retries", run.retries());
        json.writeNumberField("dangling-deletes", run.danglingDeletes());
        json.writeNumberField("manifests-joined", run.manifestsJoined());
        JsonUtil.writeStringArray("problems", run.problems(), json);
        json.writeEndObject();
    }

    private RunRecord read(FileInfo file) {
        try (InputStream in = table.io().newInputFile(file.location()).newStream()) {
            return JsonUtil.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), RunLog::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RunRecord read(JsonNode json) {
        return new RunRecord(
                Instant.ofEpochMilli(JsonUtil.getLong("started", json)),
                Duration.ofMillis(JsonUtil.getLong("took-ms", json)),
                JsonUtil.getStringList("reasons", json),
                JsonUtil.getInt("files-before", json),
                JsonUtil.getInt("files-after", json),
                JsonUtil.getLong("bytes-before", json),
                JsonUtil.getLong("bytes-after", json),
                JsonUtil.getLong("look-up-bytes-saved", json),
                JsonUtil.getLong("carried-deletes", json),
                JsonUtil.getInt("retries", json),
                JsonUtil.getInt("dangling-deletes", json),
                JsonUtil.getInt("manifests-joined", json),
                JsonUtil.getStringList("problems", json));
    }
}
