package io.firn.catalog;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.iceberg.io.FileIO;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Uploads in several parts that a crash left unfinished. S3 keeps their parts, charges for them and shows no file.
 * Other stores have none.
 */
public final class AbandonedUploads {
    private AbandonedUploads() {}

    /**
     * An upload.
     *
     * @param location the file that would have come of it
     * @param id what S3 calls it
     */
    public record Upload(String location, String id) {}

    /** Finds those below a folder that began before an instant. */
    public static List<Upload> find(FileIO io, String folder, Instant began) {
        if (!(io instanceof S3FileIO store)) {
            return List.of();
        }
        URI uri = URI.create(folder);
        String prefix = uri.getPath().substring(1) + "/";
        return store
                .client(folder)
                .listMultipartUploadsPaginator(
                        request -> request.bucket(uri.getHost()).prefix(prefix))
                .uploads()
                .stream()
                .filter(upload -> upload.initiated().isBefore(began))
                .map(upload -> new Upload(
                        "%s://%s/%s".formatted(uri.getScheme(), uri.getHost(), upload.key()), upload.uploadId()))
                .toList();
    }

    /** Lets the store forget an upload and its parts. */
    public static void abort(FileIO io, Upload upload) {
        URI uri = URI.create(upload.location());
        S3Client client = ((S3FileIO) io).client(upload.location());
        client.abortMultipartUpload(request ->
                request.bucket(uri.getHost()).key(uri.getPath().substring(1)).uploadId(upload.id()));
    }
}
