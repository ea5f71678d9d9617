//! Numbers on the command line: one that is none, or not a fitting one, is told in plain words with
//! an example of a good one.

use std::{fmt::Display, num::IntErrorKind, ops::RangeInclusive};

/// A parser of whole numbers in `range`.
pub fn whole<T>(
    range: RangeInclusive<T>,
    example: T,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static
where
    T: TryFrom<i128> + PartialOrd + Copy + Display + Send + Sync + 'static,
    i128: From<T>,
{
    move |text| {
        let read = text.parse::<i128>();
        let fits = |number: i128| {
            let number = T::try_from(number).ok();
            number.filter(|number| range.contains(number))
        };
        let least = range.start();
        let wrong = match read {
            Ok(number) => match fits(number) {
                Some(number) => return Ok(number),
                None if number < i128::from(*least) => format!("is less than {least}"),
                None => format!("is more than {}", range.end()),
            },
            Err(error) => match error.kind() {
                IntErrorKind::PosOverflow => format!("is more than {}", range.end()),
                IntErrorKind::NegOverflow => format!("is less than {least}"),
                _ => "is not a whole number".into(),
            },
        };
        Err(format!("`{text}` {wrong}; write one such as {example}"))
    }
}

/// Like [`whole`], for how many there are of something in memory.
pub fn how_many(
    least: u32,
    example: u32,
) -> impl Fn(&str) -> Result<usize, String> + Clone + Send + Sync + 'static {
    let whole = whole(least..=u32::MAX, example);
    move |text| {
        let number = whole(text)?;
        usize::try_from(number).map_err(|error| error.to_string())
    }
}

/// Reads how often per second something is done, such as 0.5.
///
/// # Errors
/// A sentence for the user, when the text is no number above zero.
pub fn rate(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|rate| rate.is_finite() && *rate > 0.0)
        .ok_or_else(|| format!("`{text}` is not a rate; write 5 or 0.5 (per second)"))
}

/// Like [`rate`], but it may also be none.
///
/// # Errors
/// A sentence for the user, when the text is no number from zero on.
pub fn rate_or_none(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(0.0) => Ok(0.0),
        _ => rate(text),
    }
}

/// Reads a share of a whole.
///
/// # Errors
/// A sentence for the user, when the text is no number from 0 to 1.
pub fn share(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| format!("`{text}` is not a share of a whole; write 0.2, or any from 0 to 1"))
}
