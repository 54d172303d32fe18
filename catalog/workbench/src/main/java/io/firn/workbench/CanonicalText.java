package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** A row's canonical text in one engine's SQL; docs/digest.md defines the text. */
abstract class CanonicalText {
    /**
     * An expression with its type.
     *
     * @param postgresType null when unknown
     */
    record Value(String sql, Type type, @Nullable String postgresType) {}

    /** Returns the row's text: each value's, and a bar after each. */
    String row(List<Value> values) {
        List<String> parts = new ArrayList<>();
        for (Value value : values) {
            parts.addAll(framed(value));
        }
        return concat(parts);
    }

    /** Returns the pieces of a value's text and the bar after it. Pieces that are null are left out. */
    final List<String> framed(Value value) {
        List<String> parts = new ArrayList<>();
        if (value.type().typeId() == Type.TypeID.STRING) {
            String text = string(value);
            parts.add(octets(text));
            parts.add("':'");
            parts.add(text);
        } else {
            parts.add(text(value));
        }
        parts.add("'|'");
        return parts;
    }

    static FirnException unsupported(Value value, String engine) {
        return new FirnException(
                ErrorCode.TYPE_UNSUPPORTED,
                "%s of type %s has no canonical text in %s".formatted(value.sql(), value.type(), engine));
    }

    /** Concatenates texts and numbers, leaving out nulls. */
    abstract String concat(List<String> parts);

    /** Returns the text itself of a value whose type is string in the lake. */
    abstract String string(Value value);

    /** Returns the number of bytes of a text in UTF-8. */
    abstract String octets(String text);

    /** Returns the canonical text of a value that is no string; null for null. */
    abstract String text(Value value);
}
