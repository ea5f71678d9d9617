//! When Lambda's runtimes go out of support.
//!
//! From AWS's table of supported and deprecated runtimes, as published in February 2026. AWS moves dates, later
//! more often than earlier; a runtime that is not in the table is taken as supported.

use jiff::civil::{Date, date};

/// The month that the table was written in, for a report to tell.
pub const AS_OF: &str = "2026-02";
/// Where AWS keeps the table.
pub const LINK: &str = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html";

/// The day on which a runtime's support ends or ended; `None` where no day is known.
#[must_use]
pub fn end_of_support(runtime: &str) -> Option<Date> {
    let (year, month, day) = match runtime {
        "nodejs" => (2016, 10, 31),
        "nodejs4.3" => (2020, 3, 5),
        "nodejs4.3-edge" => (2019, 4, 30),
        "nodejs6.10" => (2019, 8, 12),
        "nodejs8.10" => (2020, 3, 6),
        "nodejs10.x" => (2021, 7, 30),
        "nodejs12.x" => (2023, 3, 31),
        "nodejs14.x" => (2023, 12, 4),
        "nodejs16.x" => (2024, 6, 12),
        "nodejs18.x" => (2025, 9, 1),
        "nodejs20.x" => (2026, 4, 30),
        "nodejs22.x" => (2027, 4, 30),
        "nodejs24.x" => (2028, 4, 30),
        "python2.7" => (2021, 7, 15),
        "python3.6" => (2022, 7, 18),
        "python3.7" => (2023, 12, 4),
        "python3.8" => (2024, 10, 14),
        "python3.9" => (2025, 12, 15),
        "python3.10" => (2026, 10, 31),
        "python3.11" => (2027, 6, 30),
        "python3.12" => (2028, 10, 31),
        "python3.13" | "python3.14" => (2029, 6, 30),
        "java8" => (2024, 1, 8),
        "java8.al2" | "java11" | "java17" => (2027, 6, 30),
        "java21" | "java25" => (2029, 6, 30),
        "dotnetcore1.0" => (2019, 6, 27),
        "dotnetcore2.0" => (2019, 5, 30),
        "dotnetcore2.1" => (2022, 1, 5),
        "dotnetcore3.1" => (2023, 4, 3),
        "dotnet5.0" => (2022, 5, 10),
        "dotnet6" => (2024, 12, 20),
        "dotnet7" => (2024, 5, 14),
        "dotnet8" => (2026, 11, 10),
        "dotnet10" => (2028, 11, 14),
        "ruby2.5" => (2021, 7, 30),
        "ruby2.7" => (2023, 12, 7),
        "ruby3.2" => (2026, 3, 31),
        "ruby3.3" => (2027, 3, 31),
        "ruby3.4" => (2028, 3, 31),
        "go1.x" | "provided" => (2024, 1, 8),
        "provided.al2" => (2026, 7, 31),
        "provided.al2023" => (2029, 6, 30),
        _ => return None,
    };
    Some(date(year, month, day))
}
