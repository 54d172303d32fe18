package io.firn.engine.protect;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes columns of the rows in a record without understanding the rest of it, which is copied as it is. Used for one
 * record.
 */
final class JsonGuard {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PAYLOAD = "payload";
    private static final Set<String> ROWS = Set.of("before", "after");
    private static final Set<String> ENVELOPE =
            Set.of("schema", "op", "source", "transaction", "ts_ms", "ts_us", "ts_ns", PAYLOAD, "before", "after");
    /** A member of a record that names the columns of it that were changed. */
    private static final String MARK = ",\"firn_protected\":";

    private final byte[] in;
    private final Columns columns;
    private final ByteArrayOutputStream out;
    private int at;

    private JsonGuard(byte[] in, Columns columns) {
        this.in = in;
        this.columns = columns;
        this.out = new ByteArrayOutputStream(in.length + 64);
    }

    /** What becomes of columns. */
    interface Columns {
        /** @return null for a column that stays as it is */
        @Nullable
        ColumnGuard find(String name);
    }

    /** The text is not what it should be. */
    private static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed() {
            super("not JSON", null, false, false);
        }
    }

    /** @return a record with its rows changed; empty when it is no JSON object, so that nobody can say what is in it */
    static Optional<byte[]> envelope(byte[] record, Columns columns) {
        return changed(record, columns, JsonGuard::envelope);
    }

    /** @return a key, or a record that has it as its payload, changed; empty when it is neither */
    static Optional<byte[]> key(byte[] key, Columns columns) {
        return changed(key, columns, JsonGuard::key);
    }

    private static Optional<byte[]> changed(byte[] json, Columns columns, Consumer<JsonGuard> change) {
        JsonGuard guard = new JsonGuard(json, columns);
        try {
            guard.space();
            change.accept(guard);
            guard.space();
            return guard.at == json.length ? Optional.of(guard.out.toByteArray()) : Optional.empty();
        } catch (Malformed | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** Rows are where an envelope has them; a record that is a row itself is none that anybody understands. */
    private void envelope() {
        object((name, start) -> {
            if (in[at] == '{' && name.equals(PAYLOAD)) {
                return nested(start, this::envelope);
            }
            if (in[at] == '{' && ROWS.contains(name)) {
                return nested(start, this::row);
            }
            return column(ENVELOPE.contains(name) ? null : columns.find(name), start);
        });
    }

    private void key() {
        object((name, start) ->
                in[at] == '{' && name.equals(PAYLOAD) ? nested(start, this::row) : column(columns.find(name), start));
    }

    private void row() {
        object((name, start) -> column(columns.find(name), start));
    }

    private boolean nested(int start, Runnable object) {
        copy(start, at);
        object.run();
        return true;
    }

    private boolean column(@Nullable ColumnGuard guard, int start) {
        int value = at;
        skip();
        if (guard == null) {
            copy(start, at);
            return true;
        }
        if (guard.drops()) {
            return false;
        }
        copy(start, value);
        replace(guard, value);
        return true;
    }

    private void replace(ColumnGuard guard, int value) {
        String text = text(value, at);
        if (text == null || text.equals(Protection.UNAVAILABLE)) {
            copy(value, at);
        } else {
            write(json(guard.text(text)));
        }
    }

    private @Nullable String text(int from, int to) {
        String json = new String(in, from, to - from, StandardCharsets.UTF_8);
        if (json.equals("null")) {
            return null;
        }
        if (!json.startsWith("\"")) {
            return json;
        }
        try {
            return JSON.readValue(json, String.class);
        } catch (IOException e) {
            throw new Malformed();
        }
    }

    /** Is told a member, from where its name begins; its value is next and is to be passed. */
    private interface Member {
        /** @return whether anything was written */
        boolean pass(String name, int start);
    }

    private void object(Member member) {
        expect('{');
        write("{");
        space();
        if (in[at] == '}') {
            at++;
            write("}");
            return;
        }
        boolean needsComma = false;
        while (true) {
            int mark = out.size();
            if (needsComma) {
                write(",");
            }
            int start = at;
            String name = String.valueOf(text(start, skipString()));
            space();
            expect(':');
            space();
            boolean written = member.pass(name, start);
            if (!written) {
                truncate(mark);
            }
            needsComma |= written;
            space();
            if (in[at] == '}') {
                at++;
                write("}");
                return;
            }
            expect(',');
            space();
        }
    }

    private void truncate(int size) {
        byte[] kept = Arrays.copyOf(out.toByteArray(), size);
        out.reset();
        out.writeBytes(kept);
    }

    private void skip() {
        switch (in[at]) {
            case '"' -> skipString();
            case '{', '[' -> skipNested();
            default -> skipWord();
        }
    }

    private void skipNested() {
        int depth = 0;
        do {
            byte next = in[at];
            if (next == '"') {
                skipString();
                continue;
            }
            depth += next == '{' || next == '[' ? 1 : next == '}' || next == ']' ? -1 : 0;
            at++;
        } while (depth > 0);
    }

    private void skipWord() {
        int start = at;
        while (at < in.length && ",}] \t\r\n".indexOf(in[at]) < 0) {
            at++;
        }
        if (at == start) {
            throw new Malformed();
        }
    }

    /** @return where it ends */
    private int skipString() {
        expect('"');
        while (in[at] != '"') {
            at += in[at] == '\\' ? 2 : 1;
        }
        return ++at;
    }

    private void space() {
        while (at < in.length && (in[at] == ' ' || in[at] == '\n' || in[at] == '\r' || in[at] == '\t')) {
            at++;
        }
    }

    private void expect(char wanted) {
        if (in[at] != wanted) {
            throw new Malformed();
        }
        at++;
    }

    private void copy(int from, int to) {
        out.write(in, from, to - from);
    }

    private void write(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** @return the record with a note of the columns that were changed in it */
    static byte[] marked(byte[] record, Collection<String> names) {
        byte[] mark = (MARK + json(String.join(",", names)) + "}").getBytes(StandardCharsets.UTF_8);
        byte[] marked = Arrays.copyOf(record, record.length - 1 + mark.length);
        System.arraycopy(mark, 0, marked, record.length - 1, mark.length);
        return marked;
    }

    /** @return the columns that a record notes as changed */
    static List<String> mark(byte[] record) {
        String text = new String(record, StandardCharsets.UTF_8);
        int from = text.lastIndexOf(MARK);
        if (from < 0 || !text.endsWith("}")) {
            return List.of();
        }
        try {
            String names = JSON.readValue(text.substring(from + MARK.length(), text.length() - 1), String.class);
            return List.of(names.split(","));
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String json(Object texts) {
        try {
            return JSON.writeValueAsString(texts);
        } catch (IOException e) {
            throw new IllegalStateException("texts", e);
        }
    }
}
