//! Texts without what differs from run to run.

use regex::Regex;

/// Ids, times and durations as words; columns as far apart as two blanks.
pub fn redact(text: &str) -> String {
    let mut text = text.to_owned();
    for (pattern, word) in [
        (
            r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            "<uuid>",
        ),
        (r"edactl-[0-9a-hjkmnp-tv-z]{12}-", "edactl-<run>-"),
        (r"\b0g[0-9a-hjkmnp-tv-z]{10}\b", "<run>"),
        (
            // In the summary a colon may stand in a span of its own.
            r"\d{4}-\d\d-\d\d[T ]\d\d(<span>)?:(</span>)?\d\d:\d\d(\.\d+)?( UTC|Z)?",
            "<time>",
        ),
        (r"\b\d\d:\d\d:\d\d\.\d{3}\b", "<time>"),
        // Times of two days, around midnight, have theirs with them.
        (r"\btimes (of \d{4}-\d\d-\d\d )?in ", "times of <day> in "),
        (r"\b\d+(\.\d)? (ms|s)\b", "<span>"),
        (r#"time="\d+\.\d+""#, r#"time="<span>""#),
        (r"\bin \d+ lines\b", "in <n> lines"),
        (r"/tmp/[^ ]*/samples/|/[^ ]*/samples/", "samples/"),
        // What these say at the end depends on who is faster.
        (r"(?m)^(metrics|queue) .*$", "$1 <counters>"),
        (
            r"(?m)^- \*\*(metrics|queue)\*\*: .*$",
            "- **$1**: <counters>",
        ),
        (r"  +", "  "),
    ] {
        let pattern = Regex::new(pattern).expect("a pattern");
        text = pattern.replace_all(&text, word).into_owned();
    }
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}
