package io.firn.catalog;

import io.firn.catalog.config.CatalogConfig;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.PositionOutputStream;

/** Whether files can be written where the tables will be. */
public final class WarehouseCheck {

    private WarehouseCheck() {}

    /**
     * Writes a small file of this name into the warehouse and deletes it again. Does nothing when the catalog keeps the
     * place of its files to itself.
     *
     * @throws FirnException {@link ErrorCode#WAREHOUSE_NOT_WRITABLE} when either fails
     */
    public static void requireWritable(CatalogConfig config, String fileName) {
        String warehouse = config.warehouse();
        if (warehouse == null || !warehouse.contains(":/")) {
            return;
        }
        Map<String, String> properties = new HashMap<>(config.properties());
        String implementation = properties.getOrDefault("io-impl", Lake.fileIO(warehouse));
        try (FileIO io = CatalogUtil.loadFileIO(implementation, properties, null)) {
            String location = warehouse.replaceAll("/+$", "") + "/" + fileName;
            write(io, location);
            io.deleteFile(location);
        } catch (IOException | RuntimeException e) {
            throw new FirnException(
                    ErrorCode.WAREHOUSE_NOT_WRITABLE,
                    "lake.catalog.warehouse must be writable but %s is not: %s"
                            .formatted(warehouse, Failures.rootMessage(e)),
                    e);
        }
    }

    private static void write(FileIO io, String location) throws IOException {
        try (PositionOutputStream file = io.newOutputFile(location).createOrOverwrite()) {
            file.write('\n');
        }
    }
}
