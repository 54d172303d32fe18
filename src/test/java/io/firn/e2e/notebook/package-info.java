/** Runs notebooks without Jupyter: {@link io.firn.e2e.notebook.Notebook} is one of them. */
@NullMarked
package io.firn.e2e.notebook;

import org.jspecify.annotations.NullMarked;
