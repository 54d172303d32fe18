/** What the service does, as OpenTelemetry's spans: {@link io.firn.cli.telemetry.Traces} makes and sends them. */
@NullMarked
package io.firn.cli.telemetry;

import org.jspecify.annotations.NullMarked;
