package io.firn.catalog;

import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.LakeConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * Tables whose files are in the warehouse and that the catalog does not know: their newest metadata file is enough to
 * make them known again. Of two files with the same version, one whose commit was never answered, the younger is taken:
 * it is complete, and a change log that is ahead of its table is folded into it by the next writer.
 */
public final class Registration {
    private static final Pattern METADATA =
            Pattern.compile(".*/([^/]+)/metadata/(\\d+)-[^/]+?(?:\\.gz)?\\.metadata\\.json(?:\\.gz)?");

    /** Glue's own folder of a database ends in this. */
    private static final String DATABASE_SUFFIX = ".db";

    private final Lake lake;
    private final String warehouse;
    private final Map<String, String> properties;

    /** @throws FirnException when the catalog alone knows where the warehouse is */
    public Registration(Lake lake, LakeConfig config) {
        CatalogConfig catalog = config.catalog();
        if (catalog.warehouse() == null) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID, "lake.catalog.warehouse is missing: it says where tables are looked for");
        }
        this.lake = lake;
        this.warehouse = catalog.warehouse().replaceFirst("/+$", "");
        this.properties = catalog.properties();
    }

    /**
     * A table that can be registered.
     *
     * @param version of the metadata file, counted from the table's beginning
     */
    public record Found(String table, String metadataFile, long version) {}

    /** Returns the tables that the catalog does not know, by name. */
    public List<Found> plan() {
        Map<String, List<Found>> byTable = new TreeMap<>();
        try (FileIO io = CatalogUtil.loadFileIO(Lake.fileIO(warehouse), properties, null)) {
            if (!(io instanceof SupportsPrefixOperations files)) {
                throw new FirnException(
                        ErrorCode.STORAGE_FAILED, "lake.catalog.warehouse %s cannot be listed".formatted(warehouse));
            }
            for (String folder : List.of("/", DATABASE_SUFFIX + "/")) {
                for (FileInfo file : files.listPrefix(warehouse + "/" + lake.namespace() + folder)) {
                    keep(file.location(), byTable);
                }
            }
            List<String> known = lake.tables();
            byTable.keySet().removeAll(known);
            List<Found> found = new ArrayList<>();
            byTable.values().forEach(versions -> found.add(newest(io, versions)));
            return found;
        }
    }

    private static void keep(String location, Map<String, List<Found>> byTable) {
        Matcher name = METADATA.matcher(location);
        if (name.matches()) {
            Found found = new Found(name.group(1), location, Long.parseLong(name.group(2)));
            byTable.computeIfAbsent(found.table(), any -> new ArrayList<>()).add(found);
        }
    }

    private static Found newest(FileIO io, List<Found> versions) {
        long last = versions.stream().mapToLong(Found::version).max().orElseThrow();
        List<Found> candidates =
                versions.stream().filter(found -> found.version() == last).toList();
        return candidates.size() == 1
                ? candidates.get(0)
                : candidates.stream()
                        .max(Comparator.comparingLong(found -> TableMetadataParser.read(io, found.metadataFile())
                                .lastUpdatedMillis()))
                        .orElseThrow();
    }

    /** Makes a table known to the catalog. */
    public void register(Found found) {
        lake.catalog().registerTable(lake.identifier(found.table()), found.metadataFile());
    }
}
