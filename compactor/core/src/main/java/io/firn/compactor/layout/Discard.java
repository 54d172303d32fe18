package io.firn.compactor.layout;

import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes files that this compactor wrote and that are certainly in no snapshot. */
public final class Discard {
    private static final Logger LOG = LoggerFactory.getLogger(Discard.class);

    private Discard() {}

    /** Deletes data files. */
    public static void dataFiles(Table table, List<DataFile> files) {
        delete(table, files.stream().map(ContentFile::location));
    }

    /** Deletes delete files, each location once. */
    public static void deleteFiles(Table table, List<DeleteFile> files) {
        delete(table, files.stream().map(ContentFile::location).distinct());
    }

    private static void delete(Table table, Stream<String> locations) {
        locations.forEach(location -> location(table, location));
    }

    /** Deletes a file; that it cannot be is only noted. */
    public static void location(Table table, String location) {
        try {
            table.io().deleteFile(location);
        } catch (RuntimeException e) {
            LOG.warn("the uncommitted file {} was not deleted; orphan removal will", location, e);
        }
    }
}
