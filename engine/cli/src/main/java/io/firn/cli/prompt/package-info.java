/** The conversation of {@code firn sql} with a person: {@link io.firn.cli.prompt.Prompt} leads it. */
@NullMarked
package io.firn.cli.prompt;

import org.jspecify.annotations.NullMarked;
