package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Joins data files by copying their encoded row groups, in order, into larger files; only the columns of row lineage
 * are written anew. What was copied is read back and compared byte by byte.
 *
 * <p>Files whose columns differ in any way are not joined. In particular a required and an optional column of one name
 * encode their values differently, and a reader cannot tell.
 */
public final class RowGroupJoin {
    private static final int FIRST_VERSION_WITH_LINEAGE = 3;
    /** A file gets at most about this many row groups; smaller ones are better decoded and written together. */
    private static final int ROW_GROUPS_PER_FILE = 2048;

    private final Table table;
    private final Workbench workbench;
    private final ParquetOut out;
    private final boolean lineage;

    /** @param out decides about names, places and the size of files */
    public RowGroupJoin(Table table, Workbench workbench, ParquetOut out) {
        this.table = table;
        this.workbench = workbench;
        this.out = out;
        this.lineage = TableUtil.formatVersion(table) >= FIRST_VERSION_WITH_LINEAGE;
    }

    /** A file with its footer. */
    record Source(DataFile file, Path path, ParquetMetadata footer) {}

    /**
     * New files.
     *
     * @param files in order
     * @param differences between what was read and what is in the new files, in words; empty when there are none
     */
    public record Joined(List<DataFile> files, List<String> differences) {
        public Joined {
            files = List.copyOf(files);
            differences = List.copyOf(differences);
        }
    }

    /**
     * Joins files when that is possible without decoding them.
     *
     * @param inputs without deleted rows, in the order that the new files shall have
     * @param sortOrder the id of the sort order that the rows are in; null when it is none
     * @param written is told each new file before it is compared
     * @return empty, with nothing written, when the files have to be decoded
     */
    public Optional<Joined> join(
            List<DataFile> inputs,
            PartitionSpec spec,
            @Nullable StructLike partition,
            @Nullable Integer sortOrder,
            Consumer<Path> written) {
        if (tooSmall(inputs, inputs.size())) {
            return Optional.empty();
        }
        try (FileCache.Lease lease = workbench.lease()) {
            Map<String, Path> paths = lease.stage(
                    table.io(),
                    inputs.stream()
                            .map(file -> new FileCache.Wanted(file.location(), file.fileSizeInBytes()))
                            .toList());
            List<Source> sources = new ArrayList<>();
            for (DataFile file : inputs) {
                Path path = Objects.requireNonNull(paths.get(file.location()));
                sources.add(new Source(file, path, LocalParquet.footer(path)));
            }
            MessageType schema = schema(sources);
            if (schema == null || tooSmall(inputs, rowGroups(sources))) {
                return Optional.empty();
            }
            return Optional.of(write(sources, schema, spec, partition, sortOrder, written));
        } catch (IOException e) {
            throw new FirnException(
                    ErrorCode.STORAGE_FAILED, "joining files of %s failed: %s".formatted(table.name(), e), e);
        } catch (UncheckedIOException e) {
            throw new FirnException(
                    ErrorCode.STORAGE_FAILED, "joining files of %s failed: %s".formatted(table.name(), e), e);
        }
    }

    /** The columns that all files have, without those of lineage; null when they differ. */
    private @Nullable MessageType schema(List<Source> sources) {
        MessageType first = userColumns(sources.get(0));
        boolean same = sources.stream().allMatch(source -> userColumns(source).equals(first));
        Set<Integer> known = new HashSet<>();
        table.schema().columns().forEach(column -> known.add(column.fieldId()));
        boolean current = ParquetSchemaUtil.hasIds(first)
                && first.getFields().stream()
                        .allMatch(column -> column.getId() != null
                                && known.contains(column.getId().intValue()));
        return same && current ? first : null;
    }

    private static MessageType userColumns(Source source) {
        MessageType schema = source.footer().getFileMetaData().getSchema();
        List<Type> columns = schema.getFields().stream()
                .filter(column -> !LineagePages.isLineage(column))
                .toList();
        return new MessageType("schema", columns);
    }

    private boolean tooSmall(List<DataFile> files, long rowGroups) {
        long bytes = files.stream().mapToLong(DataFile::fileSizeInBytes).sum();
        return bytes / Math.max(1, rowGroups) < out.settings().targetBytes() / ROW_GROUPS_PER_FILE;
    }

    private static long rowGroups(List<Source> sources) {
        return sources.stream()
                .mapToLong(source -> source.footer().getBlocks().size())
                .sum();
    }

    private Joined write(
            List<Source> sources,
            MessageType schema,
            PartitionSpec spec,
            @Nullable StructLike partition,
            @Nullable Integer sortOrder,
            Consumer<Path> observer)
            throws IOException {
        List<DataFile> described = new ArrayList<>();
        List<ParquetOut.Target> written = new ArrayList<>();
        List<String> differences = new ArrayList<>();
        MessageType whole = lineage ? LineagePages.with(schema) : schema;
        try (RowGroupSources rowGroups = new RowGroupSources(sources, lineage, KeyFilters.columns(table))) {
            for (List<RowGroupSources.Ref> part : parts(sources)) {
                ParquetOut.Target target = out.newTarget(spec, partition);
                written.add(target);
                rowGroups.write(part, schema, whole, target.file());
                observer.accept(target.file());
                // compared before it is published, since a file that goes elsewhere is then no longer here
                differences.addAll(rowGroups.compare(part, target.file()));
                described.add(out.publish(spec, partition, target, sortOrder));
            }
        } catch (IOException | RuntimeException e) {
            out.abandon(described);
            written.forEach(target -> ParquetOut.abandon(target.file()));
            throw e;
        }
        return new Joined(described, differences);
    }

    /**
     * As many parts of nearly the same size as files are wanted. What the footers add on one side, lineage adds on the
     * other: the files' own sizes say best how large the new ones will be.
     */
    private List<List<RowGroupSources.Ref>> parts(List<Source> sources) {
        long whole = sources.stream()
                .mapToLong(source -> source.file().fileSizeInBytes())
                .sum();
        long bytes = sources.stream()
                .flatMap(source -> source.footer().getBlocks().stream())
                .mapToLong(BlockMetaData::getCompressedSize)
                .sum();
        int count = FileSettings.filesFor(whole, out.settings().targetBytes());
        double share = (double) bytes / count;
        List<List<RowGroupSources.Ref>> parts = new ArrayList<>();
        double before = 0;
        int last = -1;
        for (int source = 0; source < sources.size(); source++) {
            for (BlockMetaData rowGroup : sources.get(source).footer().getBlocks()) {
                int part = (int) ((before + rowGroup.getCompressedSize() / 2.0) / share);
                if (part != last) {
                    parts.add(new ArrayList<>());
                    last = part;
                }
                parts.get(parts.size() - 1).add(new RowGroupSources.Ref(source, rowGroup));
                before += rowGroup.getCompressedSize();
            }
        }
        return parts;
    }
}
