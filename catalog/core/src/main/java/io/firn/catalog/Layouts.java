package io.firn.catalog;

import io.firn.catalog.config.PartitionTerm;
import io.firn.catalog.config.SortTerm;
import java.util.List;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.types.Types;

/** Turns configured partition and sort terms into Iceberg's. */
final class Layouts {
    private Layouts() {}

    static PartitionSpec partitionSpec(Schema schema, List<PartitionTerm> terms, String setting) {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
        for (PartitionTerm term : terms) {
            String column = column(schema, term.column(), setting);
            switch (term.transform()) {
                case IDENTITY -> spec.identity(column);
                case YEAR -> spec.year(column);
                case MONTH -> spec.month(column);
                case DAY -> spec.day(column);
                case HOUR -> spec.hour(column);
                case BUCKET -> spec.bucket(column, term.width());
                case TRUNCATE -> spec.truncate(column, term.width());
            }
        }
        return spec.build();
    }

    static SortOrder sortOrder(Schema schema, List<SortTerm> terms, String setting) {
        SortOrder.Builder order = SortOrder.builderFor(schema);
        for (SortTerm term : terms) {
            String column = column(schema, term.column(), setting);
            switch (term.direction()) {
                case ASCENDING -> order.asc(column, NullOrder.NULLS_FIRST);
                case DESCENDING -> order.desc(column, NullOrder.NULLS_LAST);
                case HILBERT -> {
                    // no order that Iceberg knows: a property of the table says it
                }
            }
        }
        return order.build();
    }

    private static String column(Schema schema, String name, String setting) {
        if (schema.findField(name) == null) {
            String columns = String.join(
                    ", ", schema.columns().stream().map(Types.NestedField::name).toList());
            throw new FirnException(
                    ErrorCode.COLUMN_NOT_FOUND,
                    "%s names %s, which is not a column of the table (%s)".formatted(setting, name, columns));
        }
        return name;
    }
}
