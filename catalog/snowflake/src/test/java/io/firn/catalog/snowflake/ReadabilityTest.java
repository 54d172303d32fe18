package io.firn.catalog.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class ReadabilityTest {

    @Test
    void everyTypeThatPostgresqlBecomesCanBeRead() {
        List<Type> types = List.of(
                Types.IntegerType.get(),
                Types.LongType.get(),
                Types.FloatType.get(),
                Types.DoubleType.get(),
                Types.BooleanType.get(),
                Types.DateType.get(),
                Types.BinaryType.get(),
                Types.StringType.get(),
                Types.DecimalType.of(38, 9),
                Types.TimestampType.withZone(),
                Types.TimestampType.withoutZone(),
                Types.ListType.ofOptional(100, Types.StringType.get()),
                Types.MapType.ofOptional(101, 102, Types.StringType.get(), Types.StringType.get()));

        assertThat(Readability.problems(Atlas.table("all", schema(types)))).isEmpty();
    }

    @Test
    void whatSnowflakeRefusesIsNamed() {
        Schema schema = new Schema(
                Types.NestedField.optional(1, "id", Types.UUIDType.get()),
                Types.NestedField.optional(
                        2, "list", Types.ListType.ofOptional(3, Types.TimestampNanoType.withoutZone())),
                Types.NestedField.optional(4, "ID", Types.StringType.get()));
        LakeTable table = new LakeTable(
                "Product", schema, "", "", 2, Map.of("total-equality-deletes", "7"), List.of("bucket[8](id)"));

        assertThat(Readability.problems(table))
                .containsExactly(
                        "table Product must have a lowercase name",
                        "table Product, column id must not be of type uuid",
                        "table Product, column list.element must not be of type timestamp_ns",
                        "table Product, column ID must differ from the others in more than case",
                        "table Product must have no equality deletes but has 7");
        assertThat(Readability.warnings(table))
                .containsExactly("table Product is partitioned by bucket[8](id), by which Snowflake cannot prune");
    }

    @Test
    void aTableMayHaveAThousandColumns() {
        assertThat(Readability.problems(Atlas.table("wide", wide(1000)))).isEmpty();
        assertThat(Readability.problems(Atlas.table("wide", wide(1001))))
                .containsExactly("table wide must have at most 1000 columns, nested ones counted, but has 1001");
    }

    private static Schema wide(int columns) {
        return new Schema(IntStream.rangeClosed(1, columns)
                .mapToObj(i -> Types.NestedField.optional(i, "c" + i, Types.LongType.get()))
                .toList());
    }

    private static Schema schema(List<Type> types) {
        return new Schema(IntStream.range(0, types.size())
                .mapToObj(i -> Types.NestedField.optional(i + 1, "c" + i, types.get(i)))
                .toList());
    }
}
