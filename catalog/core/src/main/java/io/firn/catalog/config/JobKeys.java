package io.firn.catalog.config;

import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;

/** {@code commit}, {@code compaction} and {@code snapshots}: what happens when. */
final class JobKeys {

    static final Key<Duration> INTERVAL =
            Key.optional("interval", Types.DURATION, "1m", "Longest time from a change's arrival to its commit.");
    static final Key<Long> ROWS = Key.optional("rows", Types.COUNT, "1000000", "Most changes in one commit.");
    static final Key<Long> BYTES =
            Key.optional("bytes", Types.SIZE, "256MB", "Most bytes of change events in one commit.");
    static final Section COMMIT = new Section(
            "commit",
            Section.Form.ALWAYS,
            "When changes are committed: whichever of these comes first. A transaction is never cut in two.",
            List.of(INTERVAL, ROWS, BYTES),
            List.of());

    static final Key<String> SCHEDULE = Key.optional(
            "schedule",
            Types.SCHEDULE,
            "*/15 * * * *",
            "When the service compacts: minute, hour, day of month, month, day of week, in the zone of the snapshots.");
    static final Key<Long> TARGET_FILE_SIZE =
            Key.optional("target-file-size", Types.SIZE, "256MB", "The size compaction makes files.");
    static final Key<Long> MEMORY = Key.optional("memory", Types.SIZE, "4GB", "Most memory one compaction may use.");
    static final Key<Long> BUDGET =
            Key.optional("budget", Types.SIZE, "200GB", "Most bytes that scheduled compactions may rewrite in a day.");
    static final Key<QuietHours> QUIET_HOURS = Key.optional(
            "quiet-hours",
            Types.HOURS,
            "Hours in which no scheduled compaction starts, as in `08:00-20:00`. Left out, any hour will do.");
    static final Key<Long> CONCURRENCY = Key.optional(
            "concurrency",
            Types.COUNT,
            "1",
            "Tables that are compacted at the same time; they share the memory. One after the other, each by turns, is"
                    + " fastest on one machine.");
    static final Key<Double> STORAGE_PRICE = Key.optional(
            "storage-price", Types.DOLLARS, "0.023", "Dollars for a GB stored for a month, for the price of a plan.");
    static final Key<Double> COMPUTE_PRICE = Key.optional(
            "compute-price", Types.DOLLARS, "0.05", "Dollars for an hour of one core, for the price of a plan.");
    static final Section COMPACTION = new Section(
            "compaction",
            Section.Form.ALWAYS,
            "When files are rewritten, and what that may cost.",
            List.of(SCHEDULE, TARGET_FILE_SIZE, MEMORY, BUDGET, QUIET_HOURS, CONCURRENCY, STORAGE_PRICE, COMPUTE_PRICE),
            List.of());

    static final Key<ZoneId> ZONE = Key.optional("zone", Types.ZONE, "UTC", "The time zone whose midnight ends a day.");
    static final Key<SnapshotsConfig.DayClose> CLOSE = Key.optional(
            "close",
            Types.oneOf(SnapshotsConfig.DayClose.class),
            "time",
            "`time` ends a day at midnight, by the source's commit time; `marker` ends it where the business wrote its"
                    + " marker into the source.");
    static final Key<Period> RETAIN =
            Key.optional("retain", Types.PERIOD, "24 months", "How long a day's tag is kept.");
    static final Key<Period> RETAIN_MONTH_ENDS = Key.optional(
            "retain-month-ends",
            Types.PERIOD,
            "How long the last day of each month is kept, as in `7 years`. Left out, as long as any day.");
    static final Key<Period> RETAIN_YEAR_ENDS = Key.optional(
            "retain-year-ends",
            Types.PERIOD,
            "How long the last day of each year is kept, as in `10 years`. Left out, as long as the last day of any month.");
    static final Key<Duration> KEEP_ALL = Key.optional(
            "keep-all",
            ValueType.of("duration", JobKeys::anHourAtLeast),
            "1d",
            "How long every snapshot is kept, tagged or not, at least an hour: longer than any query or rewrite runs."
                    + " Each commit writes 160 bytes for each of them: a commit every ten seconds wants `4h` rather than a day.");
    static final Key<Duration> GRACE =
            Key.optional("grace", Types.DURATION, "1d", "How long files are kept that no snapshot needs any more.");
    static final Key<String> SIGNING_KEY = Key.optional(
            "signing-key",
            Types.TEXT,
            "PEM file with the Ed25519 private key that signs the ledger's entries. Left out, they are not signed.");
    static final Key<String> KMS_KEY = Key.optional(
            "kms-key",
            Types.TEXT,
            "ARN or alias (`alias/NAME`) of an Ed25519 key of AWS KMS (`ECC_NIST_EDWARDS25519`) that signs the ledger's entries,"
                    + " instead of `signing-key`.");
    static final Key<String> PUBLIC_KEY = Key.optional(
            "public-key",
            Types.TEXT,
            "PEM file with the Ed25519 public key that every entry's signature must fit when the ledger is verified.");
    static final Key<Duration> MAX_AHEAD = Key.optional(
            "max-ahead",
            Types.DURATION,
            "1d",
            "How far the source's commit times may be ahead of this machine's clock, where they end days (`close: time`). A"
                    + " clock that jumps a year ahead would end all days of that year.");
    static final Key<SourceClock.WhenAhead> WHEN_AHEAD = Key.optional(
            "when-ahead",
            Types.oneOf(SourceClock.WhenAhead.class),
            "stop",
            "What happens at a commit time that is further ahead: `stop` stops the writer before it, with nothing lost;"
                    + " `own-clock` takes the time of this machine instead and goes on.");
    static final Section SNAPSHOTS = new Section(
            "snapshots",
            Section.Form.ALWAYS,
            "What a day is, and how long it can be queried.",
            List.of(
                    ZONE,
                    CLOSE,
                    RETAIN,
                    RETAIN_MONTH_ENDS,
                    RETAIN_YEAR_ENDS,
                    KEEP_ALL,
                    GRACE,
                    SIGNING_KEY,
                    KMS_KEY,
                    PUBLIC_KEY,
                    MAX_AHEAD,
                    WHEN_AHEAD),
            List.of());

    private JobKeys() {}

    private static Duration anHourAtLeast(String text) {
        Duration duration = Units.duration(text);
        if (duration.compareTo(Duration.ofHours(1)) < 0) {
            throw new IllegalArgumentException("must be at least 1h");
        }
        return duration;
    }

    static CommitConfig commit(Values commit) {
        return new CommitConfig(commit.of(INTERVAL), commit.of(ROWS), commit.of(BYTES));
    }

    static CompactionConfig compaction(Values compaction) {
        return new CompactionConfig(
                compaction.of(SCHEDULE),
                compaction.of(TARGET_FILE_SIZE),
                compaction.of(MEMORY),
                compaction.of(BUDGET),
                compaction.find(QUIET_HOURS).orElse(null),
                Math.toIntExact(compaction.of(CONCURRENCY)),
                new Prices(compaction.of(STORAGE_PRICE), compaction.of(COMPUTE_PRICE)));
    }

    static void checkSnapshots(Values snapshots, Problems problems) {
        if (snapshots.find(KMS_KEY).isPresent() && snapshots.find(SIGNING_KEY).isPresent()) {
            problems.add(
                    snapshots.line(KMS_KEY),
                    "%s and %s must not both be given: an entry has one signature"
                            .formatted(snapshots.path("signing-key"), snapshots.path("kms-key")));
        }
    }

    static SnapshotsConfig snapshots(Values snapshots, Folder folder) {
        return new SnapshotsConfig(
                snapshots.of(ZONE),
                snapshots.of(CLOSE),
                snapshots.of(RETAIN),
                new LongerRetention(
                        snapshots.find(RETAIN_MONTH_ENDS).orElse(null),
                        snapshots.find(RETAIN_YEAR_ENDS).orElse(null)),
                snapshots.of(KEEP_ALL),
                snapshots.of(GRACE),
                new LedgerConfig(
                        snapshots.find(SIGNING_KEY).map(folder::resolve).orElse(null),
                        snapshots.find(KMS_KEY).orElse(null),
                        snapshots.find(PUBLIC_KEY).map(folder::resolve).orElse(null)),
                new SourceClock(snapshots.of(MAX_AHEAD), snapshots.of(WHEN_AHEAD)));
    }
}
