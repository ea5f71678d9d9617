//! Durations and numbers as people write and read them: `20s`, `5m`, `1h30m`, `2d`; `1,200`.

use std::time::Duration;

use jiff::{Span, SpanRelativeTo};

/// Bytes as hexadecimal digits, two a byte.
#[must_use]
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes
        .as_ref()
        .iter()
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// Reads a duration such as `20s`, `1h 30m`, `250ms` or `2w`; a day has 24 hours. `0` alone needs
/// no unit.
///
/// # Errors
/// A sentence for the user, when the text is not a duration or is negative.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    if text.trim() == "0" {
        return Ok(Duration::ZERO);
    }
    text.parse::<Span>()
        .and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()))
        .ok()
        .and_then(|span| Duration::try_from(span).ok())
        .ok_or_else(|| format!("`{text}` is not a duration; write 20s, 5m, 1h30m or 2d"))
}

/// Whole milliseconds, as JSON has durations.
#[must_use]
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Shows a duration the way people say it: `180 ms`, `2.4 s`, `3 min 5 s`, `1 h 30 min`, `14 d`.
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
        60_000..3_599_500 => in_two((millis + 500) / 1_000, 60, ("min", "s")),
        3_599_500..172_770_000 => in_two((millis + 30_000) / 60_000, 60, ("h", "min")),
        _ => in_two((millis + 1_800_000) / 3_600_000, 24, ("d", "h")),
    }
}

/// So many small units in large ones of so many, and the rest.
fn in_two(small: u128, in_large: u128, (large_name, small_name): (&str, &str)) -> String {
    match (small / in_large, small % in_large) {
        (large, 0) => format!("{large} {large_name}"),
        (large, rest) => format!("{large} {large_name} {rest} {small_name}"),
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
            ("1d12h", 129_600_000),
            ("2w", 1_209_600_000),
            ("0", 0),
            ("0s", 0),
        ] {
            assert_eq!(
                parse_duration(text),
                Ok(Duration::from_millis(millis)),
                "{text}"
            );
        }
        for text in ["", "20", "5 parsecs", "-3s", "s", "1mo", "3m ago"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
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
            (3_599_499, "59 min 59 s"),
            (3_599_500, "1 h"),
            (5_400_000, "1 h 30 min"),
            (86_400_000, "24 h"),
            (172_769_999, "47 h 59 min"),
            (172_800_000, "2 d"),
            (1_213_200_000, "14 d 1 h"),
        ] {
            assert_eq!(duration(Duration::from_millis(millis)), text);
        }
    }

    #[test]
    fn a_count_has_its_thousands_apart() {
        for (number, text) in [
            (0, "0"),
            (7, "7"),
            (42, "42"),
            (999, "999"),
            (1_200, "1,200"),
            (12_345, "12,345"),
            (123_456, "123,456"),
            (1_000_000, "1,000,000"),
        ] {
            assert_eq!(count(number), text);
        }
    }
}
