package io.firn.e2e.source;

import io.firn.engine.source.ChangeSource;
import io.firn.engine.source.MemorySource;
import java.nio.charset.StandardCharsets;

class MemorySourceContractTest extends SourceContract {
    private final MemorySource source = new MemorySource();

    @Override
    ChangeSource open() {
        return source;
    }

    @Override
    void write(long firstId, long lastId) {
        for (long id = firstId; id <= lastId; id++) {
            byte[] value = "{\"op\":\"c\",\"after\":{\"id\":%d}}".formatted(id).getBytes(StandardCharsets.UTF_8);
            source.append("t.public." + (id % 3 == 0 ? "stock" : "item"), (int) (id % 2), null, value);
        }
    }
}
