/** What {@code firn run} keeps going: {@link io.firn.cli.service.Service} starts it all and stops it in order. */
@NullMarked
package io.firn.cli.service;

import org.jspecify.annotations.NullMarked;
