package io.firn.engine.decode;

import io.firn.catalog.config.EventFormat;
import io.firn.catalog.config.SchemaRegistryConfig;
import io.firn.catalog.config.SourceConfig;
import io.firn.catalog.config.SourceType;

/** Gives each topic a format of its own. */
@FunctionalInterface
public interface RecordFormats {
    /** @return a format for the records of one topic */
    RecordFormat format();

    /** @return the formats that a configuration says; a connector in this process always writes JSON */
    static RecordFormats of(SourceConfig source) {
        SchemaRegistryConfig registry = source.schemaRegistry();
        if (source.format() == EventFormat.JSON || source.type() == SourceType.POSTGRES || registry == null) {
            return JsonFormat::new;
        }
        SchemaRegistry schemas = new SchemaRegistry(registry);
        return () -> new AvroFormat(schemas);
    }
}
