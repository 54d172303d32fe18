/**
 * {@code firn demo}: {@link io.firn.cli.demo.Demo} runs the whole system on embedded servers and checks what it did.
 */
@NullMarked
package io.firn.cli.demo;

import org.jspecify.annotations.NullMarked;
