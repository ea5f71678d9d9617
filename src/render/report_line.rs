//! Lambda's word at the end of an invocation, folded into one short line: `REPORT …` in text
//! format, `platform.report` in JSON format.

use serde_json::Value;

/// What is worth reading of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Report {
    duration: Option<String>,
    used: Option<String>,
    memory: Option<String>,
    init: Option<String>,
}

/// The report as a person reads it; `failure` is what it says went wrong. `None` when the line
/// holds nothing of the kind.
pub(super) fn fold(text: &str, failure: Option<&str>) -> Option<String> {
    let report = if text.starts_with('{') {
        of_json(text)?
    } else {
        of_text(text)
    };
    let duration = report.duration?;
    let mut parts = vec![match failure {
        Some(failure) => format!("failed after {duration}: {failure}"),
        None => format!("done in {duration}"),
    }];
    if let (Some(used), Some(memory)) = (report.used, report.memory) {
        parts.push(format!("{used} of {memory} MB"));
    }
    if let Some(init) = report.init {
        parts.push(format!("cold start {init}"));
    }
    Some(parts.join(", "))
}

fn of_text(text: &str) -> Report {
    let field = |name: &str| {
        text.split('\t')
            .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix(": "))
            .map(str::trim)
    };
    let megabytes = |name| field(name).map(|value| value.trim_end_matches(" MB").to_owned());
    Report {
        duration: field("Duration").map(str::to_owned),
        used: megabytes("Max Memory Used"),
        memory: megabytes("Memory Size"),
        init: field("Init Duration").map(str::to_owned),
    }
}

fn of_json(text: &str) -> Option<Report> {
    let value: Value = serde_json::from_str(text).ok()?;
    let metrics = value.get("record")?.get("metrics")?;
    let number = |name: &str| metrics.get(name).filter(|value| value.is_number());
    // As the text format writes them.
    let millis = |name| number(name)?.as_f64().map(|value| format!("{value:.2} ms"));
    Some(Report {
        duration: millis("durationMs"),
        used: number("maxMemoryUsedMB").map(ToString::to_string),
        memory: number("memorySizeMB").map(ToString::to_string),
        init: millis("initDurationMs"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_one_short_line() {
        let text = "REPORT RequestId: 169f3f51-0320-4f83-9099-ac1a414e52d0\tDuration: 232.10 ms\t\
                    Billed Duration: 233 ms\tMemory Size: 128 MB\tMax Memory Used: 39 MB\t\
                    Init Duration: 180.00 ms\t\n";
        assert_eq!(
            fold(text, None).unwrap(),
            "done in 232.10 ms, 39 of 128 MB, cold start 180.00 ms"
        );
        let json = r#"{"type":"platform.report","record":{"status":"timeout","metrics":
            {"durationMs":3000.0,"memorySizeMB":128,"maxMemoryUsedMB":39}}}"#;
        assert_eq!(
            fold(json, Some("timeout")).unwrap(),
            "failed after 3000.00 ms: timeout, 39 of 128 MB"
        );
        assert_eq!(fold("REPORT RequestId: 1", None), None);
        assert_eq!(fold("{}", None), None);
    }
}
