package io.firn.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.htmlunit.BrowserVersion;
import org.htmlunit.ScriptException;
import org.htmlunit.WebClient;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.html.HtmlSelect;
import org.htmlunit.javascript.SilentJavaScriptErrorListener;

/** A page in HtmlUnit: its scripts run, and what they do can be seen and clicked. */
public final class HtmlUnitBrowser implements Browser {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final WebClient client = new WebClient(BrowserVersion.CHROME);
    private final List<String> scriptErrors = new ArrayList<>();
    private final HtmlPage page;

    /** Opens a page. */
    public HtmlUnitBrowser(String address) throws IOException {
        client.getOptions().setFetchPolyfillEnabled(true);
        client.getOptions().setThrowExceptionOnScriptError(false);
        client.setJavaScriptErrorListener(new SilentJavaScriptErrorListener() {
            @Override
            public void scriptException(HtmlPage failed, ScriptException failure) {
                scriptErrors.add(failure.getMessage());
            }
        });
        page = client.getPage(address);
    }

    @Override
    public String awaitText(String id, Predicate<String> wanted) {
        return await().atMost(PATIENCE).until(() -> text(id), wanted);
    }

    /** The text of an element as a person sees it. */
    private String text(String id) {
        DomElement element = page.getElementById(id);
        assertThat(element)
                .as("there is no #" + id + "; scripts said " + scriptErrors)
                .isNotNull();
        return element.getVisibleText();
    }

    @Override
    public void choose(String id, String value) {
        ((HtmlSelect) page.getElementById(id)).setSelectedAttribute(value, true);
    }

    @Override
    public void typeAndEnter(String field, String value) throws IOException {
        HtmlInput input = page.querySelector("input[name='" + field + "']");
        input.focus();
        input.type(value);
        input.type('\n');
    }

    @Override
    public void type(String field, String value) throws IOException {
        HtmlInput input = page.querySelector("input[name='" + field + "']");
        input.type(value);
    }

    @Override
    public List<String> obstacles() {
        List<String> obstacles = new ArrayList<>();
        for (DomNode each : page.querySelectorAll("input, select, button, img, .scroll, [role=img], section, th")) {
            HtmlElement element = (HtmlElement) each;
            if (!isNamed(element)) {
                obstacles.add("no name: " + element.asXml());
            }
        }
        if (page.querySelectorAll("h1").size() != 1
                || page.getDocumentElement().getAttribute("lang").isEmpty()) {
            obstacles.add("a page has one h1 and says its language");
        }
        return obstacles;
    }

    private static boolean isNamed(HtmlElement element) {
        return switch (element.getTagName()) {
            case "input", "select" -> element.getEnclosingElement("label") != null;
            case "img" -> element.hasAttribute("alt");
            case "th" ->
                element.hasAttribute("scope") || !element.getVisibleText().isEmpty();
            case "section", "div" -> element.hasAttribute("aria-labelledby");
            case "button" -> !element.getTextContent().isBlank();
            default -> element.hasAttribute("aria-label");
        };
    }

    @Override
    public List<String> scriptErrors() {
        return List.copyOf(scriptErrors);
    }

    @Override
    public void close() {
        client.close();
    }
}
