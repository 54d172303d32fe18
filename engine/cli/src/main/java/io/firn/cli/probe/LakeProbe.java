package io.firn.cli.probe;

import io.firn.catalog.Lake;
import io.firn.catalog.WarehouseCheck;
import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.LakeConfig;
import io.firn.catalog.config.Secret;
import java.util.UUID;

/** The catalog opens, and its warehouse takes files. */
final class LakeProbe {

    private LakeProbe() {}

    static String catalog(LakeConfig config) {
        try (Lake lake = Lake.open(config)) {
            CatalogConfig catalog = config.catalog();
            String where = catalog.uri() == null ? catalog.type().toString() : Secret.maskUri(catalog.uri());
            return where + ", " + lake.tables().size() + " tables in " + config.namespace();
        }
    }

    static String warehouse(LakeConfig config) {
        WarehouseCheck.requireWritable(config.catalog(), ".firn-check-" + UUID.randomUUID());
        String warehouse = config.catalog().warehouse();
        if (warehouse == null) {
            return "chosen by the catalog";
        }
        return warehouse.contains(":/") ? warehouse + " is writable" : warehouse + ", whose place the catalog knows";
    }
}
