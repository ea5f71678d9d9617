//! What a verify came to, for GitHub Actions: annotations (workflow commands) and the step summary (Markdown).

use std::{
    fmt::Write,
    path::{Component, Path},
    time::Duration,
};

use jiff::tz::TimeZone;

use crate::render::{escape, table::counted, verify_report::VerifyReport, verify_words};
use edactl_core::{
    diagnosis::Group,
    humanize::{self, count},
    latency::{CheckedLimit, LimitOutcome, Quantiles},
    verdict::{Finding, Outcome},
};

/// GitHub shows this many annotations of a kind for each step, and drops the others.
const ANNOTATIONS: usize = 10;
/// GitHub drops a step summary that is larger.
pub const SUMMARY_BYTES: usize = 1024 * 1024;
/// Messages that are named for each reason.
const NAMED: usize = 10;
/// No sentence is allowed to fill the page.
const LONGEST: usize = 500;

/// The annotations as workflow commands, one a line: the verdict, the worst reasons, the findings.
#[must_use]
pub fn annotations(report: VerifyReport<'_>) -> String {
    let head = report.head;
    let run = &report.run.plan.run;
    let said = format!(
        "run {run} on {}: {}",
        report.run.plan.pipeline.name,
        report.sentence()
    );
    let title = format!("edactl: {}", verify_words::title(head.outcome));
    if head.outcome == Outcome::Proven && !head.interrupted {
        return command("notice", &title, None, &said) + &warnings(report);
    }
    let mut errors = vec![command("error", &title, None, &said)];
    let is_broken = |limit: &&CheckedLimit| limit.outcome == LimitOutcome::Broken;
    for limit in head.latency.limits.iter().filter(is_broken) {
        let most = humanize::duration(Duration::from_millis(limit.at_most_ms));
        let text = format!("{} is above {most}", limit.quantile);
        errors.push(command("error", "edactl: too slow", None, &text));
    }
    for group in &head.diagnosis {
        let explanation = report.explain(group);
        let text = format!("{}\nnext: {}", explanation.reason, explanation.next);
        let title = format!(
            "edactl: {}",
            counted(group.messages.len() as u64, "message")
        );
        errors.push(command("error", &title, file_of(report, group), &text));
    }
    let left = errors.len().saturating_sub(ANNOTATIONS);
    if left > 0 {
        // The last place is for the word that there are more.
        errors.truncate(ANNOTATIONS - 1);
        let text = format!(
            "{} more reasons; the step summary has them all",
            count(left as u64 + 1)
        );
        errors.push(command("error", "edactl", None, &text));
    }
    errors.concat() + &warnings(report)
}

/// The findings, but for broken limits, which are told of their own.
fn notes(report: VerifyReport<'_>) -> impl Iterator<Item = &Finding> {
    let findings = report.head.findings.iter();
    findings.filter(|finding| !matches!(finding, Finding::TooSlow { .. }))
}

fn warnings(report: VerifyReport<'_>) -> String {
    notes(report)
        .take(ANNOTATIONS)
        .map(|finding| {
            command(
                "warning",
                &format!("edactl: {}", verify_words::finding_id(finding)),
                None,
                &verify_words::finding(finding),
            )
        })
        .collect()
}

/// The event's file of a group's first message, where GitHub can show it: inside the checkout.
fn file_of<'a>(report: VerifyReport<'a>, group: &Group) -> Option<&'a str> {
    let plan = &report.run.plan;
    let first = group.messages.first()?;
    let round = plan.payloads() / u64::from(plan.repeat.max(1));
    let mut within = u64::from(*first).checked_rem(round)?;
    for event in &plan.events {
        let entries = event.payloads.len() as u64;
        if within < entries {
            let path = Path::new(&event.origin);
            let is_inside = path
                .components()
                .all(|part| matches!(part, Component::Normal(_)));
            // Standard input is no file.
            let is_inside = is_inside && event.origin != "stdin";
            return is_inside.then_some(&event.origin);
        }
        within -= entries;
    }
    None
}

fn command(kind: &str, title: &str, file: Option<&str>, text: &str) -> String {
    let file = file.map_or_else(String::new, |file| format!("file={},", property(file)));
    format!(
        "::{kind} {file}title={}::{}\n",
        property(&escape::inline(title)),
        data(&cut(text))
    )
}

/// The text of a workflow command.
fn data(text: &str) -> String {
    escape::stream(text, false)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(LONGEST - 1).collect();
    short.push('…');
    short
}

/// The step summary as far as there is room; whole lines only.
#[must_use]
pub fn fit(mut summary: String, room: usize) -> String {
    if summary.len() > room {
        let end = summary.as_bytes()[..room]
            .iter()
            .rposition(|byte| *byte == b'\n');
        summary.truncate(end.map_or(0, |end| end + 1));
    }
    summary
}

/// The step summary in GitHub's Markdown.
#[must_use]
pub fn summary(report: VerifyReport<'_>) -> String {
    let head = report.head;
    let plan = &report.run.plan;
    let mark = match head.outcome {
        Outcome::Proven | Outcome::Consistent => "✅",
        Outcome::Disproven => "❌",
        Outcome::Undetermined(_) => "⚠️",
    };
    let at = head
        .at
        .to_zoned_datetime(TimeZone::UTC)
        .strftime("%Y-%m-%d %H:%M:%S UTC");
    let mut text = format!(
        "## {mark} edactl: {}\n\n",
        markdown(&verify_words::title(head.outcome))
    );
    let _ = writeln!(
        text,
        "{}. Run `{}` on **{}**, verified {at}.\n",
        markdown(&report.sentence()),
        plan.run,
        markdown(&plan.pipeline.name),
    );
    text.push_str(&counts(report));
    text.push_str(&reasons(report));
    text.push_str(&limits(report));
    text.push_str(&latency(report));
    let witnesses = &head.witnesses;
    let attempted = head.counts.attempted;
    let logs = witnesses.logs.as_ref();
    let logs = logs.map(|logs| verify_words::logs(logs, attempted));
    let metrics = witnesses.metrics.as_ref().map(verify_words::metrics);
    let queue = witnesses.queue.as_ref().map(verify_words::queue);
    text.push_str("### Witnesses\n\n");
    for (name, said) in [
        ("logs", logs.as_ref()),
        ("metrics", metrics.as_ref()),
        ("queue", queue.as_ref()),
    ] {
        let said = said.map_or_else(|| "not heard".to_owned(), |said| markdown(said));
        let _ = writeln!(text, "- **{name}**: {said}");
    }
    let mut notes = notes(report).peekable();
    if notes.peek().is_some() {
        text.push_str("\n### Notes\n\n");
        for note in notes {
            let _ = writeln!(text, "- {}", markdown(&cut(&verify_words::finding(note))));
        }
    }
    text.push('\n');
    text
}

fn counts(report: VerifyReport<'_>) -> String {
    let counts = &report.head.counts;
    let all = [
        ("taken", counts.taken),
        ("taken more than once", counts.duplicated),
        ("lost", counts.lost),
        ("of which some are lost", counts.some_lost),
        ("filtered out", counts.filtered),
        ("untraced", counts.untraced),
        ("dead-lettered", counts.dead_lettered),
        ("not sent", counts.not_sent),
        ("failing", counts.failing),
        ("received, not known to be taken", counts.received),
        ("not seen yet", counts.waiting),
        ("in doubt", counts.in_doubt),
        ("not attempted", counts.unattempted),
    ];
    let (mut names, mut lines, mut numbers) = (String::new(), String::new(), String::new());
    let shown = all
        .iter()
        .filter(|(name, number)| *number > 0 || *name == "taken");
    for (name, number) in [("messages", counts.planned)].iter().chain(shown) {
        let _ = write!(names, "| {name} ");
        lines.push_str("| ---: ");
        let _ = write!(numbers, "| {} ", count(*number));
    }
    format!("{names}|\n{lines}|\n{numbers}|\n\n")
}

fn reasons(report: VerifyReport<'_>) -> String {
    if report.head.diagnosis.is_empty() {
        return String::new();
    }
    let mut named: Vec<Vec<String>> = vec![Vec::new(); report.head.diagnosis.len()];
    let lacks_names = |named: &[Vec<String>], group: usize| {
        let wanted = report.head.diagnosis[group].messages.len().min(NAMED);
        named[group].len() < wanted
    };
    for row in report.rows() {
        if !(0..named.len()).any(|group| lacks_names(&named, group)) {
            break;
        }
        let holds = |group: &Group| {
            let index = u32::try_from(row.place.seq - 1).unwrap_or(u32::MAX);
            group.messages.binary_search(&index).is_ok()
        };
        if let Some(group) = report.head.diagnosis.iter().position(holds)
            && lacks_names(&named, group)
        {
            named[group].push({
                let number = format!("#{}", row.place.seq);
                format!("{} {}", markdown(&number), code(&cut(row.key)))
            });
        }
    }
    let mut text =
        "### Why\n\n| messages | why | next | which |\n| ---: | --- | --- | --- |\n".to_owned();
    for (group, names) in report.head.diagnosis.iter().zip(named) {
        let explanation = report.explain(group);
        let mut why = markdown(&cut(&explanation.reason));
        let frame = group.error.as_ref().and_then(|error| error.frame.as_ref());
        if let Some(frame) = frame {
            let _ = write!(why, "<br>at {}", markdown(&cut(frame)));
        }
        if let Some(command) = &explanation.log {
            let _ = write!(why, "<br>{}", code(&cut(command)));
        }
        let more = group.messages.len() - names.len();
        let mut which = names.join(", ");
        if more > 0 {
            let _ = write!(which, " and {} more", count(more as u64));
        }
        let _ = writeln!(
            text,
            "| {} | {why} | {} | {which} |",
            count(group.messages.len() as u64),
            markdown(&cut(&explanation.next))
        );
    }
    text.push('\n');
    text
}

fn limits(report: VerifyReport<'_>) -> String {
    let mut text = String::new();
    for limit in &report.head.latency.limits {
        let show = |millis| humanize::duration(Duration::from_millis(millis));
        let (mark, word) = match limit.outcome {
            LimitOutcome::Kept => ("✅", "kept"),
            LimitOutcome::Broken => ("❌", "broken"),
            LimitOutcome::Uncertain | LimitOutcome::Unmeasured => ("⚠️", "not judged"),
        };
        let is = limit
            .measured_ms
            .map_or_else(|| "no message arrived".to_owned(), show);
        let _ = writeln!(
            text,
            "{mark} Limit on latency {word}: {} is {is}, at most {}.\n",
            limit.quantile,
            show(limit.at_most_ms)
        );
    }
    text
}

fn latency(report: VerifyReport<'_>) -> String {
    let latency = &report.head.latency;
    let stages = [
        ("invoked → answered", latency.invoked_to_answered),
        ("invoked → received", latency.invoked_to_received),
        ("received → done", latency.received_to_done),
        ("invoked → done", latency.invoked_to_done),
    ];
    let mut rows = String::new();
    for (name, stage) in stages {
        let Some(Quantiles {
            count: number,
            p50,
            p90,
            p99,
            max,
        }) = stage
        else {
            continue;
        };
        let show = humanize::duration;
        let _ = writeln!(
            rows,
            "| {name} | {} | {} | {} | {} | {} |",
            count(number),
            show(p50),
            show(p90),
            show(p99),
            show(max)
        );
    }
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "### Latency\n\n| stage | messages | p50 | p90 | p99 | max |\n| --- | ---: | ---: | ---: | ---: | ---: |\n{rows}\n"
    )
}

/// Text that Markdown leaves as it is, also in a table's cell: no link, image, mention or HTML.
fn markdown(text: &str) -> String {
    let text = escape::inline(text);
    let mut safe = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '~' | '$' => {
                safe.push('\\');
                safe.push(c);
            }
            // Addresses, mentions, numbers of issues and names of emoji need no sign around them,
            // and a backslash does not help: they are looked for in what it leaves.
            '@' | '#' | ':' if c != ':' || is_emoji(&text[at + 1..]) => {
                safe.push_str("<span>");
                safe.push(c);
                safe.push_str("</span>");
            }
            ':' if text[at + 1..].starts_with("//") => safe.push_str("&#58;"),
            '.' if is_www(&text, at) => safe.push_str("&#46;"),
            _ => safe.push(c),
        }
    }
    safe
}

/// Whether what follows a colon may be the rest of an emoji's name.
fn is_emoji(rest: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_+-".contains(c);
    rest.trim_start_matches(is_name).starts_with(':') && rest.starts_with(is_name)
}

fn is_www(text: &str, dot: usize) -> bool {
    dot.checked_sub(3)
        .and_then(|begin| text.get(begin..dot))
        .is_some_and(|word| word.eq_ignore_ascii_case("www"))
}

/// Text as code. Back-ticks would need no escaping inside, but a table's cell ends at a bar, and
/// code at a back-tick.
fn code(text: &str) -> String {
    format!("<code>{}</code>", markdown(text))
}

#[cfg(test)]
mod tests;
