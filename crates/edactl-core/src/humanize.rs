//! Durations and moments as people write them: `20s`, `5m`, `1h30m`; `2026-11-24T13:00:00Z`.

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, civil, tz::TimeZone};

/// Reads a duration such as `20s`, `1h 30m`, `250ms` or `30d`. `0` alone needs no unit; a day has 24
/// hours.
///
/// # Errors
/// A sentence for the user, when the text is not a duration or is negative.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    if text.trim() == "0" {
        return Ok(Duration::ZERO);
    }
    let in_days = || {
        let span: Span = text.parse().ok()?;
        span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()
    };
    text.parse::<SignedDuration>()
        .ok()
        .or_else(in_days)
        .and_then(|span| Duration::try_from(span).ok())
        .ok_or_else(|| format!("`{text}` is not a duration; write 20s, 5m or 1h30m"))
}

/// A moment given either as a duration before now (`5m`) or as a date and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// This long before now.
    Ago(Duration),
    /// At this time.
    At(Timestamp),
}

impl Moment {
    /// The point in time that this moment names when it is `now`.
    #[must_use]
    pub fn resolve(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Ago(ago) => SignedDuration::try_from(ago)
                .ok()
                .and_then(|ago| now.checked_sub(ago).ok())
                .unwrap_or(Timestamp::MIN),
        }
    }
}

/// Reads `5m` (ago), an RFC 3339 time, or a local date and time without an offset.
///
/// # Errors
/// A sentence for the user, when the text is neither.
pub fn parse_moment(text: &str) -> Result<Moment, String> {
    if let Ok(ago) = parse_duration(text) {
        return Ok(Moment::Ago(ago));
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(Moment::At(at));
    }
    text.parse::<civil::DateTime>()
        .ok()
        .and_then(|local| local.to_zoned_datetime(TimeZone::system()).ok())
        .map(|zoned| Moment::At(zoned.timestamp()))
        .ok_or_else(|| {
            format!("`{text}` is neither a duration (5m) nor a time (2026-11-24T13:00:00Z)")
        })
}

/// Shows a duration the way people say it: `180 ms`, `2.4 s`, `3 min 5 s`.
#[must_use]
pub fn duration(duration: Duration) -> String {
    let millis = duration.as_millis();
    match millis {
        0..1_000 => format!("{millis} ms"),
        1_000..60_000 => {
            let tenths = (millis + 50) / 100;
            if tenths.is_multiple_of(10) {
                format!("{} s", tenths / 10)
            } else {
                format!("{}.{} s", tenths / 10, tenths % 10)
            }
        }
        _ => {
            let seconds = (millis + 500) / 1_000;
            match (seconds / 60, seconds % 60) {
                (minutes, 0) => format!("{minutes} min"),
                (minutes, rest) => format!("{minutes} min {rest} s"),
            }
        }
    }
}

/// A number with its thousands apart.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, millis) in [
            ("20s", 20_000),
            ("5m", 300_000),
            ("1h30m", 5_400_000),
            ("250ms", 250),
            ("30d", 30 * 86_400_000),
            ("1w", 7 * 86_400_000),
            ("0", 0),
            ("0s", 0),
        ] {
            assert_eq!(
                parse_duration(text),
                Ok(Duration::from_millis(millis)),
                "{text}"
            );
        }
        for text in ["", "20", "5 parsecs", "-3s", "-3d", "1mo", "s"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn moments_are_durations_ago_or_times() {
        let noon: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        let five = parse_moment("5m").unwrap();
        assert_eq!(five.resolve(noon), "2026-11-24T11:55:00Z".parse().unwrap());
        let at = parse_moment("2026-11-24T10:00:00Z").unwrap();
        assert_eq!(at.resolve(noon), "2026-11-24T10:00:00Z".parse().unwrap());
        assert!(parse_moment("yesterday-ish").is_err());
    }

    #[test]
    fn durations_are_shown_in_a_readable_unit() {
        for (millis, text) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (1_000, "1 s"),
            (2_449, "2.4 s"),
            (60_000, "1 min"),
            (185_000, "3 min 5 s"),
        ] {
            assert_eq!(duration(Duration::from_millis(millis)), text);
        }
    }
}
