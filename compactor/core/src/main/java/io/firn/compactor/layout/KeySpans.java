package io.firn.compactor.layout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Puts the files of a partition on one line in the order of a sort key of any number of columns.
 *
 * <p>A file that has more than one value of a column spans from just after the first to just before the last, because
 * its neighbours in a sorted run may share these two. A file with a single value lies inside that value, where the next
 * column decides; if its bounds are not known, the file takes all of the value. Files that agree in all columns lie
 * beside each other: sorting cannot part them.
 */
public final class KeySpans {
    private static final int JUST_BEFORE = Integer.MIN_VALUE;
    private static final int JUST_AFTER = Integer.MAX_VALUE;

    private final SortKey key;
    private final List<List<Object>> values = new ArrayList<>();

    private KeySpans(SortKey key) {
        this.key = key;
    }

    /** Returns the files in their order, each with its place on the line; without a place those of unknown bounds. */
    public static List<PlacedFile> place(List<LiveFile> files, SortKey key) {
        return new KeySpans(key).place(files);
    }

    private List<PlacedFile> place(List<LiveFile> files) {
        List<List<SortKeyColumn.Bounds>> bounds =
                files.stream().map(file -> key.bounds(file.file())).toList();
        rankValues(bounds);
        List<int[][]> ends = new ArrayList<>();
        TreeSet<int[]> line = new TreeSet<>(Arrays::compare);
        for (int i = 0; i < files.size(); i++) {
            int[][] both = ends(bounds.get(i), i);
            ends.add(both);
            Collections.addAll(line, both);
        }
        List<int[]> places = new ArrayList<>(line);
        List<PlacedFile> placed = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            placed.add(new PlacedFile(files.get(i), span(places, ends.get(i))));
        }
        return placed;
    }

    private void rankValues(List<List<SortKeyColumn.Bounds>> bounds) {
        for (int column = 0; column < key.columns().size(); column++) {
            TreeSet<Object> distinct = new TreeSet<>(key.columns().get(column).order());
            for (List<SortKeyColumn.Bounds> file : bounds) {
                if (column < file.size()) {
                    distinct.add(file.get(column).first());
                    distinct.add(file.get(column).last());
                }
            }
            values.add(new ArrayList<>(distinct));
        }
    }

    private int rank(int column, Object value) {
        return Collections.binarySearch(
                values.get(column), value, key.columns().get(column).order());
    }

    private int[][] ends(List<SortKeyColumn.Bounds> bounds, int file) {
        if (bounds.isEmpty()) {
            return new int[0][];
        }
        int[] place = new int[bounds.size() + 1];
        for (int column = 0; column < bounds.size(); column++) {
            int first = rank(column, bounds.get(column).first());
            int last = rank(column, bounds.get(column).last());
            if (first < last) {
                return new int[][] {next(place, column, first, JUST_AFTER), next(place, column, last, JUST_BEFORE)};
            }
            place[column] = first;
        }
        if (bounds.size() < key.columns().size()) {
            int last = bounds.size() - 1;
            return new int[][] {next(place, last, place[last], JUST_BEFORE), next(place, last, place[last], JUST_AFTER)
            };
        }
        int[] after = place.clone();
        place[bounds.size()] = 2 * file;
        after[bounds.size()] = 2 * file + 1;
        return new int[][] {place, after};
    }

    private static int[] next(int[] prefix, int column, int rank, int side) {
        int[] place = Arrays.copyOf(prefix, column + 2);
        place[column] = rank;
        place[column + 1] = side;
        return place;
    }

    private static @Nullable KeySpan span(List<int[]> places, int[][] ends) {
        if (ends.length == 0) {
            return null;
        }
        return new KeySpan(
                Collections.binarySearch(places, ends[0], Arrays::compare),
                Collections.binarySearch(places, ends[1], Arrays::compare));
    }
}
