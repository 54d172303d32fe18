package io.firn.compactor.rewrite;

import io.firn.catalog.FirnException;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rewrites one group after the other, each with all that DuckDB was given. */
public final class LocalRewriting implements Rewriting {
    private static final Logger LOG = LoggerFactory.getLogger(LocalRewriting.class);

    private final Workbench workbench;
    private final Path uploadDirectory;
    private final Hooks hooks;

    /** Rewrites with a DuckDB that is already open. */
    public LocalRewriting(Workbench workbench, Path uploadDirectory, Hooks hooks) {
        this.workbench = workbench;
        this.uploadDirectory = uploadDirectory;
        this.hooks = hooks;
    }

    /** Rewrites one group with a DuckDB of its own, as a task on another machine does. */
    public static RewriteResult alone(Table table, Assignment assignment, WorkbenchConfig machine) {
        try (DuckDatabase duck = DuckDatabase.open(machine);
                Workbench workbench = new Workbench(duck, machine)) {
            return new LocalRewriting(workbench, machine.tempDirectory(), Hooks.NONE).rewrite(table, assignment);
        }
    }

    @Override
    public void run(Table table, List<Assignment> work, Listener listener) {
        for (Assignment assignment : work) {
            listener.begins(assignment);
            listener.ended(assignment, rewrite(table, assignment));
        }
    }

    private RewriteResult rewrite(Table table, Assignment assignment) {
        try {
            GroupRewrite.Outcome outcome = new GroupRewrite(
                            table, workbench, assignment.operation(), uploadDirectory, hooks)
                    .run(assignment.group(), assignment.snapshotId(), assignment.targetBytes());
            return RewriteResult.of(assignment, outcome);
        } catch (FirnException e) {
            LOG.debug("the cause", e);
            return RewriteResult.failed(assignment, String.join("; ", e.problems()));
        }
    }
}
