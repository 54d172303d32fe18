package io.firn.dq.late;

import java.time.Instant;
import java.time.LocalDate;

/**
 * A closed day whose numbers have changed since, so that reports of it may have to be made again.
 *
 * @param changes that came after the day was tagged and touch it
 * @param first when the source committed the first of them
 * @param last when the source committed the last of them
 * @param lastCut the last cut that brought one
 */
public record AffectedDay(String table, LocalDate day, long changes, Instant first, Instant last, long lastCut) {}
