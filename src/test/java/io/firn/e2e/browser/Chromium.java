package io.firn.e2e.browser;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page in Chromium, where there is one: its own layout, its own keyboard, its own accessibility tree. */
public final class Chromium implements Browser {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MOST_STOPS = 200;
    private static final Pattern LISTENS = Pattern.compile("DevTools listening on ws://([^/]+)/");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How a page is looked at. */
    public enum Colours {
        /** Dark on light. */
        LIGHT,
        /** Light on dark. */
        DARK
    }

    private final Process process;
    private final DevTools page;
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private Chromium(Process process, URI page) {
        this.process = process;
        this.page = new DevTools(page, this::heard);
    }

    /**
     * The browser of this machine: {@code -Dfirn.chromium=/path/to/it}, or what is on the path; {@code none} for none.
     */
    public static Optional<Path> installed() {
        String named = System.getProperty("firn.chromium", "");
        if (!named.isEmpty()) {
            return named.equals("none") ? Optional.empty() : Optional.of(Path.of(named));
        }
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Opens a page.
     *
     * @param folder where the browser keeps what it has to
     */
    public static Chromium open(Path executable, Path folder, String address) throws IOException {
        Path said = Files.createTempFile(folder, "chromium", ".log");
        Process process = new ProcessBuilder(
                        executable.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--hide-scrollbars",
                        "--remote-debugging-port=0",
                        "--remote-allow-origins=*",
                        "--user-data-dir=" + Files.createTempDirectory(folder, "chromium"),
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        String host = await().atMost(PATIENCE)
                .until(() -> LISTENS.matcher(Files.readString(said)), Matcher::find)
                .group(1);
        Chromium browser = new Chromium(process, pageOf(host));
        for (String domain : List.of("Page", "Runtime", "Log", "Accessibility")) {
            browser.page.call(domain + ".enable", DevTools.object());
        }
        browser.page.call("Page.navigate", DevTools.object().put("url", address));
        return browser;
    }

    private static URI pageOf(String host) {
        HttpRequest list = HttpRequest.newBuilder(URI.create("http://" + host + "/json/list"))
                .build();
        return await().atMost(PATIENCE)
                .until(
                        () -> {
                            String answer = HttpClient.newHttpClient()
                                    .send(list, HttpResponse.BodyHandlers.ofString())
                                    .body();
                            return URI.create(JSON.readTree(answer)
                                    .path(0)
                                    .path("webSocketDebuggerUrl")
                                    .asText());
                        },
                        found -> !found.toString().isEmpty());
    }

    private void heard(String event, JsonNode said) {
        switch (event) {
            case "Runtime.exceptionThrown" ->
                complaints.add(
                        said.at("/exceptionDetails/exception/description").asText());
            // An answer that is an error is for the page to show.
            case "Log.entryAdded" -> {
                if (!said.at("/entry/source").asText().equals("network")) {
                    complaints.add(said.at("/entry/text").asText());
                }
            }
            default -> {}
        }
    }

    /** What a script says. */
    public JsonNode evaluate(String script) {
        JsonNode answer = page.call(
                "Runtime.evaluate",
                DevTools.object()
                        .put("expression", script)
                        .put("returnByValue", true)
                        .put("awaitPromise", true));
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(script + ": " + answer.get("exceptionDetails"));
        }
        return answer.at("/result/value");
    }

    @Override
    public String awaitText(String id, Predicate<String> wanted) {
        String text = "(document.getElementById(%s) || {}).innerText || ''".formatted(quoted(id));
        return await().atMost(PATIENCE).until(() -> evaluate(text).asText(), wanted);
    }

    private static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }

    @Override
    public void choose(String id, String value) {
        evaluate(
                "(e => { e.value = %s; e.dispatchEvent(new Event('change', {bubbles: true})); })(document.getElementById(%s))"
                        .formatted(quoted(value), quoted(id)));
    }

    @Override
    public void type(String field, String value) {
        evaluate("document.querySelector(\"input[name='%s']\").focus()".formatted(field));
        page.call("Input.insertText", DevTools.object().put("text", value));
    }

    @Override
    public void typeAndEnter(String field, String value) {
        type(field, value);
        press("Enter", 13, "\r");
    }

    /** Presses a key where the focus is. */
    private void press(String key, int code, String text) {
        for (String step : List.of("keyDown", "keyUp")) {
            ObjectNode event = DevTools.object()
                    .put("type", step)
                    .put("key", key)
                    .put("code", key)
                    .put("windowsVirtualKeyCode", code);
            page.call("Input.dispatchKeyEvent", step.equals("keyDown") ? event.put("text", text) : event);
        }
    }

    /** How many elements the Tab key comes to, from the first of the page until it leaves it. */
    private int tabStops() {
        evaluate("document.querySelector('.skip').focus()");
        int stops = 1;
        while (stops < MOST_STOPS) {
            press("Tab", 9, "");
            boolean left = evaluate("document.activeElement === document.body"
                            + " || document.activeElement === document.querySelector('.skip')")
                    .asBoolean();
            if (left) {
                return stops;
            }
            stops++;
        }
        return stops;
    }

    @Override
    public List<String> obstacles() {
        List<String> obstacles = new ArrayList<>();
        List<String> roles = List.of("button", "combobox", "textbox", "link", "image", "region", "table", "searchbox");
        for (JsonNode node :
                page.call("Accessibility.getFullAXTree", DevTools.object()).path("nodes")) {
            String role = node.at("/role/value").asText();
            boolean named = !node.at("/name/value").asText().isBlank();
            if (roles.contains(role) && !named && !node.path("ignored").asBoolean()) {
                obstacles.add("a " + role + " has no name: " + node);
            }
        }
        int stops = tabStops();
        int wanted = evaluate(
                        "Array.from(document.querySelectorAll('a, button, select, input, summary, [tabindex=\"0\"]'))"
                                + ".filter(e => e.checkVisibility()).length")
                .asInt();
        if (stops != wanted) {
            obstacles.add("the Tab key comes to %d elements of %d".formatted(stops, wanted));
        }
        evaluate(CONTRAST).forEach(line -> obstacles.add(line.asText()));
        return obstacles;
    }

    /**
     * Text that differs too little from what is behind it.
     *
     * @see <a href="https://www.w3.org/TR/WCAG22/#contrast-minimum">WCAG 2.2, 1.4.3: 4.5 to 1</a>
     */
    private static final String CONTRAST = """
            (() => {
              const rgb = text => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
              const luminance = colour => {
                const part = colour.slice(0, 3).map(c => c / 255)
                  .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
                return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
              };
              const behind = e => {
                for (let at = e; at; at = at.parentElement) {
                  const colour = rgb(getComputedStyle(at).backgroundColor);
                  if (colour.length < 4 || colour[3] === 1) return colour;
                }
                return [255, 255, 255];
              };
              const found = new Set();
              const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              while (walk.nextNode()) {
                const e = walk.currentNode.parentElement;
                if (!walk.currentNode.data.trim() || e.offsetParent === null || e.tagName === 'SCRIPT') continue;
                const [a, b] = [luminance(rgb(getComputedStyle(e).color)), luminance(behind(e))];
                const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (ratio < 4.5) found.add('contrast ' + ratio.toFixed(2) + ': ' + e.tagName + '.' + e.className);
              }
              return Array.from(found);
            })()
            """;

    /** Shows the page at another width; {@code pixels} are those of CSS. */
    public void resize(int pixels, Colours colours) {
        page.call(
                "Emulation.setDeviceMetricsOverride",
                DevTools.object()
                        .put("width", pixels)
                        .put("height", 900)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", pixels < 600));
        ObjectNode media = DevTools.object();
        media.putArray("features")
                .addObject()
                .put("name", "prefers-color-scheme")
                .put("value", colours.name().toLowerCase(Locale.ROOT));
        page.call("Emulation.setEmulatedMedia", media);
    }

    /** By how many pixels the page is wider than the window: a reader would have to push it to and fro. */
    public int overflow() {
        return evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                .asInt();
    }

    /** Writes the whole page as a picture. */
    public void photograph(Path png) {
        JsonNode picture = page.call(
                "Page.captureScreenshot", DevTools.object().put("format", "png").put("captureBeyondViewport", true));
        try {
            Files.write(
                    Files.createDirectories(png.toAbsolutePath().getParent()).resolve(png.getFileName()),
                    Base64.getDecoder().decode(picture.get("data").asText()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> scriptErrors() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        page.close();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
