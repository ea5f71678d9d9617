//! Moments as people write them: `5m ago`, `20:00`, `yesterday`, `2026-11-24T13:00:00Z`, seconds
//! since 1970.

use jiff::{
    Timestamp, ToSpan,
    civil::{DateTime, Time},
    tz::{AmbiguousOffset, TimeZone},
};
use std::time::Duration;

use crate::humanize::parse_duration;

/// What [`parse_moment`] takes, for a message.
pub const FORMS: &str = "5m, 1d12h, 2w, `5m ago`, 20:00 (the last one), today, yesterday, \
    2026-11-24, 2026-11-24T13:00, 2026-11-24T13:00:00Z, or seconds or milliseconds since 1970";

/// A moment, which may depend on when and in which zone it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// This long before now.
    Ago(Duration),
    /// At this time.
    At(Timestamp),
    /// At this time of some zone.
    Local(DateTime),
    /// The last time that it was so late.
    Clock(Time),
    /// The beginning of today, or of so many days before.
    Day(i8),
}

/// Reads a moment in one of the [`FORMS`].
///
/// # Errors
/// A sentence for the user, when the text is none of these.
pub fn parse_moment(text: &str) -> Result<Moment, String> {
    let text = text.trim();
    let ago = text.strip_suffix("ago").unwrap_or(text).trim_end();
    let epoch = || {
        let number: i64 = text.parse().ok()?;
        match text.len() {
            9..=11 => Timestamp::from_second(number).ok(),
            12..=14 => Timestamp::from_millisecond(number).ok(),
            _ => None,
        }
    };
    match text {
        "now" => return Ok(Moment::Ago(Duration::ZERO)),
        "today" => return Ok(Moment::Day(0)),
        "yesterday" => return Ok(Moment::Day(1)),
        _ => {}
    }
    // Before durations, which can be written with colons as well.
    if let Ok(clock) = parse_clock(text) {
        Ok(Moment::Clock(clock))
    } else if let Ok(ago) = parse_duration(ago) {
        Ok(Moment::Ago(ago))
    } else if let Some(at) = epoch() {
        Ok(Moment::At(at))
    } else if let Ok(at) = text.parse::<Timestamp>() {
        Ok(Moment::At(at))
    } else if let Ok(local) = text.parse::<DateTime>() {
        Ok(Moment::Local(local))
    } else {
        Err(format!("`{text}` is no time; write {FORMS}"))
    }
}

fn parse_clock(text: &str) -> Result<Time, jiff::Error> {
    let format = if text.matches(':').count() == 2 {
        "%H:%M:%S"
    } else {
        "%H:%M"
    };
    Time::strptime(format, text)
}

impl Moment {
    /// The point in time that this moment names when it is `now` in `zone`.
    ///
    /// # Errors
    /// A sentence for the user, when the clocks of the zone never showed that time, or twice.
    pub fn resolve(self, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, String> {
        let today = now.to_zoned_datetime(zone.clone()).datetime();
        // A day may begin when the clocks change: then it begins with its first moment.
        let begin = |local: DateTime| {
            let zoned = local
                .to_zoned_datetime(zone.clone())
                .map(|zoned| zoned.timestamp());
            zoned.map_err(|error| error.to_string())
        };
        match self {
            Self::At(at) => Ok(at),
            Self::Ago(ago) => Ok(now.checked_sub(ago).unwrap_or(Timestamp::MIN)),
            Self::Day(back) => begin(
                today
                    .date()
                    .saturating_sub(back.days())
                    .to_datetime(Time::midnight()),
            ),
            Self::Clock(clock) => {
                let at = begin(today.date().to_datetime(clock))?;
                if at <= now {
                    return Ok(at);
                }
                begin(today.date().saturating_sub(1.day()).to_datetime(clock))
            }
            Self::Local(local) if local.time() == Time::midnight() => begin(local),
            Self::Local(local) => unambiguous(local, zone),
        }
    }
}

fn unambiguous(local: DateTime, zone: &TimeZone) -> Result<Timestamp, String> {
    let name = zone.iana_name().unwrap_or("this zone");
    match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset
            .to_timestamp(local)
            .map_err(|error| error.to_string()),
        AmbiguousOffset::Gap { before, after } => Err(format!(
            "{local} never was in {name}: the clocks were set forward; write {local}{before} or \
             {local}{after}"
        )),
        AmbiguousOffset::Fold { before, after } => Err(format!(
            "{local} was twice in {name}: the clocks were set back; write {local}{before} for the \
             first, {local}{after} for the second"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn resolve(text: &str, now: &str, zone: &str) -> Result<Timestamp, String> {
        parse_moment(text)?.resolve(at(now), &TimeZone::get(zone).unwrap())
    }

    #[test]
    fn moments_are_read_as_people_write_them() {
        let noon = "2026-11-24T12:00:00Z";
        for (text, expected) in [
            ("5m", "2026-11-24T11:55:00Z"),
            ("5m ago", "2026-11-24T11:55:00Z"),
            ("2 hours ago", "2026-11-24T10:00:00Z"),
            ("1d", "2026-11-23T12:00:00Z"),
            ("2w", "2026-11-10T12:00:00Z"),
            ("1d12h", "2026-11-23T00:00:00Z"),
            ("now", noon),
            ("12:30", "2026-11-24T11:30:00Z"),
            ("20:00", "2026-11-23T19:00:00Z"),
            ("08:15:30", "2026-11-24T07:15:30Z"),
            ("today", "2026-11-23T23:00:00Z"),
            ("yesterday", "2026-11-22T23:00:00Z"),
            ("2026-11-24", "2026-11-23T23:00:00Z"),
            ("2026-11-24T10:00", "2026-11-24T09:00:00Z"),
            ("2026-11-24 10:00:05", "2026-11-24T09:00:05Z"),
            ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z"),
            ("2026-11-24T10:00+05:00", "2026-11-24T05:00:00Z"),
            ("1795521600", noon),
            ("1795521600123", "2026-11-24T12:00:00.123Z"),
        ] {
            let found = resolve(text, noon, "Europe/Berlin");
            assert_eq!(found, Ok(at(expected)), "{text}");
        }
        for text in ["", "yesterday-ish", "25:00", "12", "-5m", "1mo", "ago"] {
            let said = parse_moment(text).unwrap_err();
            assert!(said.contains("1d12h, 2w"), "{text}: {said}");
        }
    }

    #[test]
    fn a_time_that_never_was_or_was_twice_is_told() {
        let now = "2026-11-24T12:00:00Z";
        let said = resolve("2026-03-29T02:30", now, "Europe/Berlin").unwrap_err();
        assert!(said.contains("never was in Europe/Berlin"), "{said}");
        let said = resolve("2026-10-25T02:30", now, "Europe/Berlin").unwrap_err();
        assert!(
            said.ends_with(
                "write 2026-10-25T02:30:00+02 for the first, 2026-10-25T02:30:00+01 for the second"
            ),
            "{said}"
        );
        assert_eq!(
            resolve("2026-10-25T02:30:00+02", now, "UTC"),
            Ok(at("2026-10-25T00:30:00Z"))
        );
        assert!(resolve("2026-10-25T02:30", now, "UTC").is_ok());
    }

    #[test]
    fn a_day_that_begins_when_the_clocks_change_begins_with_its_first_moment() {
        let now = "2018-11-04T12:00:00Z";
        let zone = "America/Sao_Paulo";
        let first = at("2018-11-04T03:00:00Z");
        assert_eq!(resolve("2018-11-04", now, zone), Ok(first));
        assert_eq!(resolve("today", now, zone), Ok(first));
        let said = resolve("2018-11-04T00:30", now, zone).unwrap_err();
        assert!(said.contains("never was in America/Sao_Paulo"), "{said}");
    }
}
