package io.firn.catalog.config;

import java.util.List;
import java.util.Map;

/** A YAML document as plain values that know their line. Scalars are text with the environment already filled in. */
sealed interface Tree {

    /** Line in the file, from 1. */
    int line();

    /** What it is, in the words of an error message. */
    String kind();

    record Scalar(String text, int line) implements Tree {
        @Override
        public String kind() {
            return text;
        }
    }

    record Sequence(List<Tree> items, int line) implements Tree {
        @Override
        public String kind() {
            return "a list";
        }
    }

    record Mapping(Map<String, Tree> entries, int line) implements Tree {
        @Override
        public String kind() {
            return "a group of keys";
        }
    }

    /** A key without a value. */
    record Nothing(int line) implements Tree {
        @Override
        public String kind() {
            return "empty";
        }
    }

    /** Something whose problem has been reported already. */
    record Broken(int line) implements Tree {
        @Override
        public String kind() {
            return "broken";
        }
    }
}
