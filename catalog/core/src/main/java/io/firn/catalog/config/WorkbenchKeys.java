package io.firn.catalog.config;

import java.util.List;

/** {@code workbench}: what may be used of this machine. */
final class WorkbenchKeys {

    static final Key<Long> MEMORY = Key.optional(
            "memory", Types.SIZE, "2GB", "Most memory DuckDB may use; beyond it, it spills to `temp-directory`.");
    static final Key<Long> THREADS =
            Key.optional("threads", Types.COUNT, "DuckDB's threads. Left out, as many as the machine has processors.");
    static final Key<String> TEMP_DIRECTORY =
            Key.optional("temp-directory", Types.TEXT, "./.firn/tmp", "Where sorts and joins spill.");
    static final Key<Long> TEMP_LIMIT = Key.optional("temp-limit", Types.SIZE, "20GB", "Most bytes spilled at once.");
    static final Key<String> CACHE_DIRECTORY = Key.optional(
            "cache-directory", Types.TEXT, "./.firn/cache", "Where files of the lake are kept for reading again.");
    static final Key<Long> CACHE_LIMIT = Key.optional("cache-limit", Types.SIZE, "10GB", "Most bytes kept there.");
    static final Key<String> INDEX_DIRECTORY = Key.optional(
            "index-directory",
            Types.TEXT,
            "./.firn/index",
            "Where the key index lives. It may be deleted at any time: it is rebuilt from the tables.");
    static final Section WORKBENCH = new Section(
            "workbench",
            Section.Form.ALWAYS,
            "What Firn may use of the machine it runs on.",
            List.of(MEMORY, THREADS, TEMP_DIRECTORY, TEMP_LIMIT, CACHE_DIRECTORY, CACHE_LIMIT, INDEX_DIRECTORY),
            List.of());

    private WorkbenchKeys() {}

    static WorkbenchConfig build(Values workbench, Folder folder) {
        long threads =
                workbench.find(THREADS).orElse((long) Runtime.getRuntime().availableProcessors());
        return new WorkbenchConfig(
                workbench.of(MEMORY),
                Math.toIntExact(Math.min(threads, 1024)),
                folder.resolve(workbench.of(TEMP_DIRECTORY)),
                workbench.of(TEMP_LIMIT),
                folder.resolve(workbench.of(CACHE_DIRECTORY)),
                workbench.of(CACHE_LIMIT),
                folder.resolve(workbench.of(INDEX_DIRECTORY)));
    }
}
