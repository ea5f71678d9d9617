//! When Lambda's runtimes go out of support.
//!
//! From AWS's table of supported and deprecated runtimes. AWS moves dates, later more often than
//! earlier; a runtime that has no date, or is not in the table, is taken as supported.

use jiff::civil::{Date, date};

/// The day on which the table was last compared, for a report to tell: with the runtimes that the
/// SDK knows (aws-sdk-lambda 1.156), with cfn-lint 1.58's copy of AWS's table, and with a copy of
/// that table of August 2026.
pub const COMPARED: &str = "2026-11-26";
/// Where AWS keeps the table.
pub const LINK: &str = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html";

/// Runtimes by their identifier, with the last day of their support.
const ENDS: [(&str, Date); 51] = [
    ("nodejs", date(2016, 8, 30)),
    ("nodejs4.3", date(2020, 3, 5)),
    ("nodejs4.3-edge", date(2020, 3, 5)),
    ("nodejs6.10", date(2019, 8, 12)),
    ("nodejs8.10", date(2020, 3, 6)),
    ("nodejs10.x", date(2021, 7, 30)),
    ("nodejs12.x", date(2023, 3, 31)),
    ("nodejs14.x", date(2023, 12, 4)),
    ("nodejs16.x", date(2024, 6, 12)),
    ("nodejs18.x", date(2025, 9, 1)),
    ("nodejs20.x", date(2026, 4, 30)),
    ("nodejs22.x", date(2027, 4, 30)),
    ("nodejs24.x", date(2028, 4, 30)),
    ("python2.7", date(2021, 7, 15)),
    ("python3.6", date(2022, 7, 18)),
    ("python3.7", date(2023, 12, 4)),
    ("python3.8", date(2024, 10, 14)),
    ("python3.9", date(2025, 12, 15)),
    ("python3.10", date(2026, 10, 31)),
    ("python3.11", date(2027, 6, 30)),
    ("python3.12", date(2028, 10, 31)),
    ("python3.13", date(2029, 6, 30)),
    ("python3.14", date(2029, 6, 30)),
    ("java8", date(2024, 1, 8)),
    ("java8.al2", date(2027, 6, 30)),
    ("java8.al2023", date(2029, 6, 30)),
    ("java11", date(2027, 6, 30)),
    ("java11.al2023", date(2029, 6, 30)),
    ("java17", date(2027, 6, 30)),
    ("java17.al2023", date(2029, 6, 30)),
    ("java21", date(2029, 6, 30)),
    ("java25", date(2029, 6, 30)),
    ("dotnetcore1.0", date(2019, 6, 27)),
    ("dotnetcore2.0", date(2019, 5, 30)),
    ("dotnetcore2.1", date(2022, 1, 5)),
    ("dotnetcore3.1", date(2023, 4, 3)),
    ("dotnet5.0", date(2022, 5, 10)),
    ("dotnet6", date(2024, 12, 20)),
    ("dotnet7", date(2024, 5, 14)),
    ("dotnet8", date(2026, 11, 10)),
    ("dotnet10", date(2028, 11, 14)),
    ("ruby2.5", date(2021, 7, 30)),
    ("ruby2.7", date(2023, 12, 7)),
    ("ruby3.2", date(2026, 3, 31)),
    ("ruby3.3", date(2027, 3, 31)),
    ("ruby3.4", date(2028, 3, 31)),
    ("ruby4.0", date(2029, 3, 31)),
    ("go1.x", date(2024, 1, 8)),
    ("provided", date(2024, 1, 8)),
    ("provided.al2", date(2026, 7, 31)),
    ("provided.al2023", date(2029, 6, 30)),
];

/// Runtimes in preview: AWS names no day yet.
const WITHOUT_DATE: [&str; 2] = ["nodejs26.x", "python3.15"];

/// Whether the table holds a runtime.
#[must_use]
pub fn is_known(runtime: &str) -> bool {
    end_of_support(runtime).is_some() || WITHOUT_DATE.contains(&runtime)
}

/// The day on which a runtime's support ends or ended; `None` where no day is known.
#[must_use]
pub fn end_of_support(runtime: &str) -> Option<Date> {
    ENDS.iter()
        .find(|(name, _)| *name == runtime)
        .map(|(_, end)| *end)
}
