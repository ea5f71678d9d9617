//! The one time zone of an output: named where times are shown.

use jiff::{Timestamp, tz::TimeZone};

/// A zone as people name it, with its offset at this moment: `Europe/Berlin (+01:00)`.
#[must_use]
pub fn name(zone: &TimeZone, at: Timestamp) -> String {
    let offset = at
        .to_zoned_datetime(zone.clone())
        .strftime("%:z")
        .to_string();
    match zone.iana_name() {
        Some(name) if name.ends_with("UTC") => "UTC".to_owned(),
        None if offset == "+00:00" => "UTC".to_owned(),
        Some(name) => format!("{name} ({offset})"),
        None => offset,
    }
}

/// Whether the zone's clocks change between two moments, so that a time alone may be ambiguous.
#[must_use]
pub fn changes(zone: &TimeZone, (from, to): (Timestamp, Timestamp)) -> bool {
    zone.following(from)
        .next()
        .is_some_and(|change| change.timestamp() <= to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_has_a_name_and_changes_its_clocks() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (summer, winter) = (at("2026-10-24T12:00:00Z"), at("2026-10-25T12:00:00Z"));
        assert_eq!(name(&berlin, summer), "Europe/Berlin (+02:00)");
        assert_eq!(name(&TimeZone::UTC, summer), "UTC");
        assert!(changes(&berlin, (summer, winter)));
        assert!(!changes(&berlin, (winter, at("2026-11-25T12:00:00Z"))));
        assert!(!changes(&TimeZone::UTC, (summer, winter)));
    }
}
