package io.firn.catalog.config;

/** What happens to a row that breaks a rule. */
public enum RuleSeverity {
    /** It is set aside with its reason, and the others go on. */
    QUARANTINE,
    /** It is counted and goes on. */
    WARN,
    /** It is set aside, and its table takes nothing more until somebody decides. */
    STOP
}
