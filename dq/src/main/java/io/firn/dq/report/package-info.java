/** What was found, as one page for people: {@link io.firn.dq.report.ReportPage}. */
@NullMarked
package io.firn.dq.report;

import org.jspecify.annotations.NullMarked;
