//! The settings of the embedded pipeline, for people.

use edactl_core::humanize;
use edactl_local::{names, settings::Settings};

/// The settings that differ from a well-behaved pipeline's, one a line.
#[must_use]
pub fn to_lines(settings: &Settings) -> String {
    let mut lines = Lines(String::new());
    misbehaviour(&mut lines, settings);
    functions(&mut lines, settings);
    surroundings(&mut lines, settings);
    lines.0
}

struct Lines(String);

impl Lines {
    fn add(&mut self, name: &str, value: impl AsRef<str>) {
        self.0
            .push_str(&format!("  {name:<13} {}\n", value.as_ref()));
    }
}

fn misbehaviour(lines: &mut Lines, settings: &Settings) {
    let ordinary = Settings::default();
    if !settings.faults.is_empty() {
        lines.add("faults", settings.faults.to_string());
    }
    if let Some(seed) = settings.seed {
        lines.add("seed", seed.to_string());
    }
    for (name, value, usual) in [
        ("log delay", settings.log_delay, ordinary.log_delay),
        ("metric delay", settings.metric_delay, ordinary.metric_delay),
        ("queue delay", settings.queue_delay, ordinary.queue_delay),
        ("idle time", settings.idle, ordinary.idle),
        ("counter lag", settings.counter_lag, ordinary.counter_lag),
        ("batch window", settings.batch_window, ordinary.batch_window),
        ("report delay", settings.report_delay, ordinary.report_delay),
        (
            "stragglers",
            settings.metric_stragglers,
            ordinary.metric_stragglers,
        ),
    ] {
        if value != usual {
            lines.add(name, humanize::duration(value));
        }
    }
    if settings.traffic > 0.0 {
        lines.add(
            "traffic",
            format!("{} messages per second of others", settings.traffic),
        );
    }
    if let Some(limit) = settings.throttle {
        lines.add(
            "throttle",
            format!("{limit} requests per second and service"),
        );
    }
}

fn functions(lines: &mut Lines, settings: &Settings) {
    let ordinary = Settings::default();
    if settings.log_format != ordinary.log_format {
        lines.add("log format", "JSON");
    }
    for (name, value, usual) in [
        (
            "log style",
            settings.log_style.name(),
            ordinary.log_style.name(),
        ),
        (
            "error style",
            settings.error_style.name(),
            ordinary.error_style.name(),
        ),
        (
            "system log",
            settings.system_log_level.name(),
            ordinary.system_log_level.name(),
        ),
        (
            "producer",
            settings.producer_shape.name(),
            ordinary.producer_shape.name(),
        ),
        (
            "answer",
            settings.producer_answer.name(),
            ordinary.producer_answer.name(),
        ),
    ] {
        if value != usual {
            lines.add(name, value);
        }
    }
    for (is_on, name, value) in [
        (
            settings.shared_log_group,
            "log group",
            names::SHARED_LOG_GROUP,
        ),
        (
            settings.lookalike_lines,
            "lookalikes",
            "lines that look like the runtime's",
        ),
        (
            settings.no_delayed_counter,
            "counters",
            "without that of delayed messages",
        ),
        (
            settings.event_count_metrics,
            "trigger",
            "EventCount metrics",
        ),
        (
            !settings.batch_item_failures,
            "trigger",
            "without batch item failures",
        ),
    ] {
        if is_on {
            lines.add(name, value);
        }
    }
}

fn surroundings(lines: &mut Lines, settings: &Settings) {
    let ordinary = Settings::default();
    if settings.batch_size != ordinary.batch_size {
        lines.add("batch size", settings.batch_size.to_string());
    }
    if !settings.clock_skew.is_zero() {
        let ahead = humanize::duration(settings.clock_skew.unsigned_abs());
        let way = if settings.clock_skew.is_negative() {
            "behind"
        } else {
            "ahead"
        };
        lines.add("AWS's clock", format!("{ahead} {way}"));
    }
    if settings.traffic_failures > 0.0 {
        let share = settings.traffic_failures;
        lines.add("", format!("a share of {share} of it fails each time"));
    }
    if settings.old_letters > 0 {
        lines.add("old letters", settings.old_letters.to_string());
    }
    if settings.log_megabytes != ordinary.log_megabytes {
        lines.add("log kept", format!("{} MB", settings.log_megabytes));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn settings_are_told_in_the_units_of_people() {
        let settings = Settings {
            log_delay: Duration::from_secs(90),
            idle: Duration::from_mins(90),
            clock_skew: jiff::SignedDuration::from_secs(-280),
            ..Settings::default()
        };
        assert_eq!(
            to_lines(&settings),
            "  log delay     1 min 30 s\n  idle time     1 h 30 min\n  AWS's clock   4 min 40 s behind\n"
        );
        assert_eq!(to_lines(&Settings::default()), "");
    }
}
