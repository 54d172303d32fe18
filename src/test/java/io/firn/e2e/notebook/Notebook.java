package io.firn.e2e.notebook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * A notebook file.
 *
 * @see <a href="https://nbformat.readthedocs.io/en/latest/format_description.html">nbformat 4</a>
 */
public final class Notebook {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final JsonNode content;
    private final List<String> problems = new ArrayList<>();

    private Notebook(Path file, JsonNode content) {
        this.file = file;
        this.content = content;
    }

    /** Reads one. */
    public static Notebook read(Path file) throws IOException {
        return new Notebook(file, JSON.readTree(Files.readString(file)));
    }

    /** Runs its cells in order, and keeps in it what they print and draw. */
    public void run() throws IOException {
        int count = 0;
        try (Cells cells = new Cells()) {
            for (JsonNode cell : content.get("cells")) {
                if (cell.get("cell_type").asText().equals("code")) {
                    keep((ObjectNode) cell, ++count, cells.run(source(cell)));
                }
            }
        }
    }

    /** @return what was drawn or printed nothing though the notebook has kept something */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    private static String source(JsonNode cell) {
        StringBuilder source = new StringBuilder();
        cell.get("source").forEach(line -> source.append(line.asText()));
        return source.toString();
    }

    private void keep(ObjectNode cell, int count, Cells.Result result) throws IOException {
        boolean hadOutput = !cell.get("outputs").isEmpty();
        ArrayNode outputs = JSON.createArrayNode();
        if (!result.printed().isEmpty()) {
            ObjectNode stream = outputs.addObject().put("name", "stdout").put("output_type", "stream");
            stream.set("text", lines(result.printed()));
        }
        Object value = result.value();
        if (value != null) {
            ObjectNode output = outputs.addObject();
            output.set("data", data(value));
            output.put("execution_count", count).set("metadata", JSON.createObjectNode());
            output.put("output_type", "execute_result");
        }
        if (hadOutput && outputs.isEmpty()) {
            problems.add("cell %d of %s no longer shows anything".formatted(count, file));
        }
        cell.put("execution_count", count).set("outputs", outputs);
    }

    private static ObjectNode data(Object value) throws IOException {
        ObjectNode data = JSON.createObjectNode();
        if (value instanceof RenderedImage image) {
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(image, "png", png);
            data.put("image/png", Base64.getEncoder().encodeToString(png.toByteArray()));
            data.set("text/plain", lines("a chart"));
        } else {
            data.set("text/plain", lines(value.toString()));
        }
        return data;
    }

    private static ArrayNode lines(String text) {
        ArrayNode lines = JSON.createArrayNode();
        String[] parts = text.split("(?<=\n)", -1);
        for (String line : parts) {
            if (!line.isEmpty()) {
                lines.add(line);
            }
        }
        return lines;
    }

    /** Writes the file with what its cells last printed and drew. */
    public void write() throws IOException {
        Files.writeString(file, text());
    }

    private String text() throws JsonProcessingException {
        DefaultIndenter indenter = new DefaultIndenter(" ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
        return JSON.writer(printer).writeValueAsString(content) + "\n";
    }
}
