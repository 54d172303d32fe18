package io.firn.catalog.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** YAML 1.2 text to a {@link Tree}. */
final class YamlReader {

    private final Environment environment;
    private final Problems problems;
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());

    YamlReader(Environment environment, Problems problems) {
        this.environment = environment;
        this.problems = problems;
    }

    /** The document; an empty one when it has no content or is no YAML. */
    Tree read(String text) {
        LoadSettings settings = LoadSettings.builder().setLabel("configuration").build();
        try {
            return new Compose(settings)
                    .composeString(text)
                    .map(node -> tree("", node))
                    .orElse(new Tree.Nothing(1));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            problems.add(line, "is not valid YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            problems.add(1, "is not valid YAML: " + e.getMessage());
        }
        return new Tree.Broken(1);
    }

    private Tree tree(String path, Node node) {
        int line = line(node);
        if (!open.add(node)) {
            problems.add(line, path + " must not contain itself");
            return new Tree.Broken(line);
        }
        try {
            if (node instanceof MappingNode mapping) {
                return mapping(path, mapping, line);
            }
            if (node instanceof SequenceNode sequence) {
                return sequence(path, sequence, line);
            }
            return scalar(path, (ScalarNode) node, line);
        } finally {
            open.remove(node);
        }
    }

    private Tree mapping(String path, MappingNode node, int line) {
        Map<String, Tree> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            String name = tuple.getKeyNode() instanceof ScalarNode key ? key.getValue() : "?";
            String child = path.isEmpty() ? name : path + "." + name;
            Tree value = tree(child, tuple.getValueNode());
            Tree first = entries.putIfAbsent(name, value);
            if (first != null) {
                problems.add(
                        line(tuple.getKeyNode()),
                        child + " must be given once but was given on line " + first.line() + " too");
            }
        }
        return new Tree.Mapping(entries, line);
    }

    private Tree sequence(String path, SequenceNode node, int line) {
        List<Tree> items = new ArrayList<>();
        for (Node item : node.getValue()) {
            items.add(tree(path, item));
        }
        return items.stream().anyMatch(Tree.Broken.class::isInstance)
                ? new Tree.Broken(line)
                : new Tree.Sequence(items, line);
    }

    private Tree scalar(String path, ScalarNode node, int line) {
        if (node.getTag().equals(Tag.NULL)) {
            return new Tree.Nothing(line);
        }
        try {
            return new Tree.Scalar(environment.fill(node.getValue()), line);
        } catch (IllegalArgumentException e) {
            problems.add(line, path + " " + e.getMessage());
            return new Tree.Broken(line);
        }
    }

    private static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }
}
