package io.firn.compactor.rewrite;

import io.firn.compactor.plan.FileGroup;
import java.io.Serializable;

/**
 * A group to be rewritten, as it travels to where that happens.
 *
 * @param operation begins the name of every file that is written for it
 * @param snapshotId the snapshot that was planned
 * @param targetBytes the size that new files should have
 */
public record Assignment(String operation, FileGroup group, long snapshotId, long targetBytes)
        implements Serializable {}
