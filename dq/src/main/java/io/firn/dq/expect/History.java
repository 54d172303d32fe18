package io.firn.dq.expect;

import io.firn.dq.result.Result;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was found before. */
public final class History {
    /** Nothing was. */
    public static final History NONE = new History(List.of(), List.of());

    private record Name(String table, String expectation) {}

    private final Map<Name, Result> latest = new HashMap<>();
    private final Map<Name, Result> held = new HashMap<>();

    /**
     * @param latest the last result of each expectation
     * @param held its last result that held, at a cut not later than the one that is looked at
     */
    public History(List<Result> latest, List<Result> held) {
        latest.forEach(result -> this.latest.put(name(result), result));
        held.forEach(result -> this.held.put(name(result), result));
    }

    private static Name name(Result result) {
        return new Name(result.table(), result.expectation());
    }

    /** Returns an expectation's last result. */
    public Optional<Result> latest(String table, String expectation) {
        return Optional.ofNullable(latest.get(new Name(table, expectation)));
    }

    Optional<Result> held(String table, String expectation) {
        return Optional.ofNullable(held.get(new Name(table, expectation)));
    }
}
