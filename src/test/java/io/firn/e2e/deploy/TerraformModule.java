package io.firn.e2e.deploy;

import com.bertramlabs.plugins.hcl4j.HCLParser;
import com.bertramlabs.plugins.hcl4j.HCLParserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One folder of Terraform files: what it declares and what it refers to. */
public final class TerraformModule {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern REFERENCE = Pattern.compile(
            "(?<![\\w.\"-])(?:(var|local)\\.(\\w+)|module\\.(\\w+)\\.(\\w+)|data\\.(\\w+)\\.(\\w+)|((?:aws|snowflake)_\\w+)\\.(\\w+))(?=[.\\[\\s,)}\\]:\"/]|$)");

    private final Path folder;
    private final String text;
    private final Map<String, Map<String, @Nullable Object>> blocks = new LinkedHashMap<>();

    private TerraformModule(Path folder) {
        this.folder = folder;
        List<Path> files = files(folder);
        files.forEach(this::parse);
        this.text = files.stream().map(TerraformModule::withoutComments).collect(Collectors.joining("\n"));
    }

    /** All modules, by folder below the repository's root. */
    public static Map<String, TerraformModule> all() {
        Map<String, TerraformModule> modules = new TreeMap<>();
        for (String top : List.of("terraform", "examples")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(top))) {
                files.filter(file -> file.toString().endsWith(".tf"))
                        .map(file -> Objects.requireNonNull(file.getParent()))
                        .distinct()
                        .forEach(
                                folder -> modules.put(ROOT.relativize(folder).toString(), new TerraformModule(folder)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return modules;
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".tf"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked") // as the parser documents it: blocks by kind, then by label
    private void parse(Path file) {
        try {
            new HCLParser().parse(Files.readString(file)).forEach((kind, labels) -> {
                if (labels instanceof Map<?, ?> map) {
                    ((Map<String, Object>) map).forEach((label, body) -> merge(kind, label, body));
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (HCLParserException e) {
            throw new AssertionError(file + " is no HCL: " + e.getMessage(), e);
        }
    }

    /** Blocks of one type, such as data sources, come from several files. */
    @SuppressWarnings("unchecked")
    private void merge(String kind, String label, @Nullable Object body) {
        Map<String, @Nullable Object> known = blocks.computeIfAbsent(kind, key -> new LinkedHashMap<>());
        if (known.get(label) instanceof Map<?, ?> before && body instanceof Map<?, ?> more) {
            Map<String, Object> both = new LinkedHashMap<>((Map<String, Object>) before);
            both.putAll((Map<String, Object>) more);
            known.put(label, both);
        } else {
            known.put(label, body);
        }
    }

    private static String withoutComments(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line ->
                            !line.strip().startsWith("#") && !line.strip().startsWith("description"))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path folder() {
        return folder;
    }

    Map<String, @Nullable Object> variables() {
        return blocks.getOrDefault("variable", Map.of());
    }

    Set<String> outputs() {
        return blocks.getOrDefault("output", Map.of()).keySet();
    }

    Map<String, @Nullable Object> calls() {
        return blocks.getOrDefault("module", Map.of());
    }

    /** Variables without a default. */
    Set<String> required() {
        return variables().entrySet().stream()
                .filter(variable -> !(variable.getValue() instanceof Map<?, ?> body && body.containsKey("default")))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Everything that can be referred to: {@code var.name}, {@code local.name}, {@code aws_x.y}, {@code data.aws_x.y}.
     */
    Set<String> declared() {
        Set<String> names = new TreeSet<>();
        variables().keySet().forEach(name -> names.add("var." + name));
        blocks.getOrDefault("locals", Map.of()).keySet().forEach(name -> names.add("local." + name));
        labels("resource").forEach(names::add);
        labels("data").forEach(name -> names.add("data." + name));
        return names;
    }

    private List<String> labels(String kind) {
        List<String> names = new ArrayList<>();
        blocks.getOrDefault(kind, Map.of()).forEach((type, named) -> {
            if (named instanceof Map<?, ?> map) {
                map.keySet().forEach(name -> names.add(type + "." + name));
            }
        });
        return names;
    }

    /** Everything that is referred to, in the same words, and {@code module.call.output}. */
    Set<String> references() {
        return REFERENCE.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The statements of a policy. */
    @SuppressWarnings("unchecked")
    List<Map<String, Object>> statements(String policy) {
        Map<String, Object> policies = (Map<String, Object>)
                Objects.requireNonNull(blocks.getOrDefault("data", Map.of()).get("aws_iam_policy_document"));
        Object body = Objects.requireNonNull((Map<String, Object>) policies.get(policy), policy)
                .getOrDefault("statement", List.of());
        return body instanceof Map<?, ?> one ? List.of((Map<String, Object>) one) : (List<Map<String, Object>>) body;
    }

    Set<String> policies() {
        return blocks.getOrDefault("data", Map.of()).get("aws_iam_policy_document") instanceof Map<?, ?> policies
                ? policies.keySet().stream().map(String::valueOf).collect(Collectors.toSet())
                : Set.of();
    }

    /** Every action that a policy allows. */
    public Set<String> actions(String policy) {
        return statements(policy).stream()
                .map(statement -> (Collection<?>) statement.get("actions"))
                .flatMap(Collection::stream)
                .map(String::valueOf)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
