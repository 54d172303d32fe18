package io.firn.dq.expect;

import io.firn.dq.result.Moment;
import io.firn.dq.result.Scope;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * One look at tables.
 *
 * @param id tells it from others
 * @param day the business day that is looked at
 * @param scope how much is looked at where there is a choice
 * @param now when
 * @param zone of business days
 */
public record Run(String id, Moment moment, LocalDate day, Scope scope, Instant now, ZoneId zone) {}
