package io.firn.dq.openlineage;

import io.firn.dq.openlineage.LineageTable.Column;
import io.openlineage.client.OpenLineage;
import java.net.URI;
import java.util.List;

/** Tables as OpenLineage's datasets, named as its specification names PostgreSQL's and those of object stores. */
final class LineageDatasets {
    private final OpenLineage words;
    private final String sourceNamespace;
    private final String sourceDatabase;

    LineageDatasets(OpenLineage words, String sourceNamespace, String sourceDatabase) {
        this.words = words;
        this.sourceNamespace = sourceNamespace;
        this.sourceDatabase = sourceDatabase;
    }

    OpenLineage.InputDataset source(LineageTable table) {
        return words.newInputDatasetBuilder()
                .namespace(sourceNamespace)
                .name(sourceName(table))
                .build();
    }

    private String sourceName(LineageTable table) {
        return sourceDatabase + "." + table.source();
    }

    OpenLineage.OutputDataset made(LineageTable table) {
        return words.newOutputDatasetBuilder()
                .namespace(namespace(table))
                .name(table.name())
                .facets(facets(table).columnLineage(lineage(table)).build())
                .build();
    }

    OpenLineage.InputDataset looked(LineageTable table) {
        List<OpenLineage.DataQualityAssertionsDatasetFacetAssertions> assertions = table.assertions().stream()
                .map(assertion -> words.newDataQualityAssertionsDatasetFacetAssertionsBuilder()
                        .assertion(assertion.expectation())
                        .success(assertion.holds())
                        .column(assertion.column())
                        .build())
                .toList();
        return words.newInputDatasetBuilder()
                .namespace(namespace(table))
                .name(table.name())
                .facets(facets(table).build())
                .inputFacets(words.newInputDatasetInputFacetsBuilder()
                        .dataQualityAssertions(words.newDataQualityAssertionsDatasetFacet(assertions))
                        .build())
                .build();
    }

    /** Scheme and authority of where the files are. */
    private static String namespace(LineageTable table) {
        URI location = URI.create(table.location());
        return location.getAuthority() == null
                ? String.valueOf(location.getScheme())
                : location.getScheme() + "://" + location.getAuthority();
    }

    private OpenLineage.DatasetFacetsBuilder facets(LineageTable table) {
        List<OpenLineage.SchemaDatasetFacetFields> fields = table.columns().stream()
                .map(column -> words.newSchemaDatasetFacetFieldsBuilder()
                        .name(column.name())
                        .type(column.type())
                        .build())
                .toList();
        OpenLineage.DatasetFacetsBuilder facets = words.newDatasetFacetsBuilder()
                .schema(words.newSchemaDatasetFacetBuilder().fields(fields).build());
        return table.snapshotId() == null
                ? facets
                : facets.version(
                        words.newDatasetVersionDatasetFacet(table.snapshotId().toString()));
    }

    private OpenLineage.ColumnLineageDatasetFacet lineage(LineageTable table) {
        OpenLineage.ColumnLineageDatasetFacetFieldsBuilder fields = words.newColumnLineageDatasetFacetFieldsBuilder();
        table.columns()
                .forEach(column -> fields.put(
                        column.name(),
                        words.newColumnLineageDatasetFacetFieldsAdditionalBuilder()
                                .inputFields(List.of(from(table, column)))
                                .build()));
        return words.newColumnLineageDatasetFacetBuilder()
                .fields(fields.build())
                .build();
    }

    private OpenLineage.InputField from(LineageTable table, Column column) {
        boolean same = column.policy() == null;
        OpenLineage.InputFieldTransformations how = words.newInputFieldTransformationsBuilder()
                .type("DIRECT")
                .subtype(same ? "IDENTITY" : "TRANSFORMATION")
                .description(same ? "" : column.policy())
                .masking(!same)
                .build();
        return words.newInputFieldBuilder()
                .namespace(sourceNamespace)
                .name(sourceName(table))
                .field(column.name())
                .transformations(List.of(how))
                .build();
    }
}
