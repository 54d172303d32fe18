package io.firn.e2e.cloud;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Listings of an object store as they were at a moment: without what was written since, with what was deleted since.
 */
final class StaleListing {
    private static final Pattern OBJECT =
            Pattern.compile("<Contents>.*?<Key>(.*?)</Key>.*?</Contents>", Pattern.DOTALL);
    private static final Pattern KEY = Pattern.compile("<Key>(.*?)</Key>");
    private static final Pattern PREFIX = Pattern.compile("(?:^|&)prefix=([^&]*)");

    private final Set<String> written = new ConcurrentSkipListSet<>();
    private final Set<String> deleted = new ConcurrentSkipListSet<>();
    private volatile boolean frozen;

    void freeze() {
        frozen = true;
    }

    void thaw() {
        frozen = false;
        written.clear();
        deleted.clear();
    }

    void note(String action, URI uri, byte[] body) {
        if (!frozen) {
            return;
        }
        String key = uri.getPath().replaceFirst("^/[^/]+/?", "");
        if (action.equals("s3:PutObject")) {
            written.add(key);
        } else if (action.equals("s3:DeleteObject") && !key.isEmpty()) {
            delete(key);
        } else if (action.equals("s3:DeleteObject")) {
            Matcher keys = KEY.matcher(new String(body, StandardCharsets.UTF_8));
            while (keys.find()) {
                delete(keys.group(1));
            }
        }
    }

    /** What was never listed is not listed after it was deleted either. */
    private void delete(String key) {
        if (!written.contains(key)) {
            deleted.add(key);
        }
    }

    byte[] of(URI uri, byte[] now) {
        if (!frozen) {
            return now;
        }
        String listed = OBJECT.matcher(new String(now, StandardCharsets.UTF_8))
                .replaceAll(object ->
                        written.contains(decoded(object.group(1))) ? "" : Matcher.quoteReplacement(object.group()));
        Matcher prefix = PREFIX.matcher(String.valueOf(uri.getRawQuery()));
        String under = prefix.find() ? decoded(prefix.group(1)) : "";
        StringBuilder gone = new StringBuilder();
        deleted.stream().filter(key -> key.startsWith(under)).forEach(key -> gone.append(object(key)));
        return listed.replaceFirst("</ListBucketResult>", Matcher.quoteReplacement(gone + "</ListBucketResult>"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String object(String key) {
        return "<Contents><Key>%s</Key><LastModified>2020-01-01T00:00:00.000Z</LastModified><Size>1</Size></Contents>"
                .formatted(key);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
