package io.firn.cli.service;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** The last things that went wrong. One that comes again and again is there once, with its last time. */
final class Troubles {
    private static final int KEPT = 20;

    private final Deque<Trouble> last = new ArrayDeque<>();

    synchronized void add(Trouble trouble) {
        last.removeIf(old ->
                old.activity().equals(trouble.activity()) && old.message().equals(trouble.message()));
        last.addLast(trouble);
        if (last.size() > KEPT) {
            last.removeFirst();
        }
    }

    /** The newest first. */
    synchronized List<Trouble> list() {
        List<Trouble> newest = new ArrayList<>(last);
        Collections.reverse(newest);
        return newest;
    }
}
