//! The place of an error: the frame of the application's own code nearest to it, in the stack
//! traces of Python, Node, Java and .NET as a log event holds them.

/// Where runtimes and libraries live: frames from there are not the application's.
const FOREIGN: [&str; 12] = [
    "/var/runtime/",
    "/var/lang/",
    "/opt/",
    "site-packages",
    "node_modules",
    "node:",
    "<frozen ",
    "internal/",
    "java.",
    "jdk.",
    "com.amazonaws.",
    "lambdainternal",
];

/// The frame, in one line as the log shows it.
#[must_use]
pub fn application_frame(text: &str) -> Option<String> {
    // In JSON the lines of a trace are separated by an escaped newline, or are texts of a list.
    let is_json = text.trim_start().starts_with('{');
    let unescaped = is_json.then(|| text.replace("\\n", "\n").replace("\\\"", "\""));
    let text = unescaped.as_deref().unwrap_or(text);
    // The first text of a list stands behind the list's name.
    let ends: &[char] = if is_json {
        &['\n', ',', '[']
    } else {
        &['\n', ',']
    };
    let mut nearest = None;
    for line in text.split(ends).map(bare) {
        if FOREIGN.iter().any(|path| line.contains(path)) {
            continue;
        }
        if line.starts_with("File \"") {
            nearest = Some(python(line, text));
        } else if let Some(frame) = line.strip_prefix("at ").filter(|frame| frame.contains(':')) {
            // Node, Java and .NET begin with the nearest frame, Python ends with it.
            return Some(frame.to_owned());
        }
    }
    nearest
}

fn bare(line: &str) -> &str {
    line.trim_matches(|char: char| {
        char.is_whitespace() || matches!(char, '"' | '[' | ']' | '\u{a0}')
    })
}

/// `File "/var/task/app.py", line 12, in handler`; the commas have split it.
fn python(begin: &str, text: &str) -> String {
    let at = text.rfind(begin).unwrap_or_default();
    let whole = text[at..].lines().next().unwrap_or(begin);
    let whole = whole.trim_end_matches(|char: char| {
        char.is_whitespace() || matches!(char, '"' | ',' | ']' | '}')
    });
    whole.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_application_frame_nearest_to_the_error_is_found() {
        for (text, frame) in [
            (
                "[ERROR] ValueError: no\nTraceback (most recent call last):\n\
                 \u{a0}\u{a0}File \"/var/task/app.py\", line 7, in handler\n\u{a0}\u{a0}\u{a0}\u{a0}work(event)\n\
                 \u{a0}\u{a0}File \"/var/task/work.py\", line 3, in work\n    raise ValueError('no')\n\
                 \u{a0}\u{a0}File \"/var/lang/lib/python3.13/json/decoder.py\", line 1, in decode",
                Some("File \"/var/task/work.py\", line 3, in work"),
            ),
            (
                r#"{"errorMessage":"no","errorType":"ValueError","requestId":"x","stackTrace":["  File \"/var/task/app.py\", line 7, in handler\n    work(event)\n","  File \"/var/task/work.py\", line 3, in work\n    raise\n"]}"#,
                Some("File \"/var/task/work.py\", line 3, in work"),
            ),
            (
                r#"{"errorMessage": "no", "stackTrace": ["  File \"/var/task/app.py\", line 7, in handler\n    raise ValueError('no')\n"]}"#,
                Some("File \"/var/task/app.py\", line 7, in handler"),
            ),
            (
                r#"2026 id ERROR Invoke Error {"errorType":"Error","errorMessage":"no","stack":["Error: no","    at JSON.parse (<anonymous>)","    at work (/var/task/index.js:3:9)","    at Runtime.handler (/var/task/index.js:9:1)","    at Runtime.handleOnce (file:///var/runtime/index.mjs:1:1)"]}"#,
                Some("work (/var/task/index.js:3:9)"),
            ),
            (
                "no\n\tat java.base/java.lang.Long.parseLong(Long.java:1)\n\tat com.acme.App.handle(App.java:12)",
                Some("com.acme.App.handle(App.java:12)"),
            ),
            ("[ERROR] look at 12:00, nothing else", None),
        ] {
            assert_eq!(application_frame(text).as_deref(), frame, "{text}");
        }
    }

    #[test]
    fn a_frame_ends_where_its_text_ends() {
        let place = "File \"/var/task/app.py\", line 7, in handler";
        for end in ["\"]}", "\", \"", "  ", "\r", "\",\n"] {
            let text = format!("{place}{end}");
            assert_eq!(python("File \"/var/task/app.py\"", &text), place, "{text}");
        }
        let text = r#"{"stackTrace":["  File \"/var/lang/a.py\", line 1, in a","  File \"/var/task/app.py\", line 7, in handler"]}"#;
        assert_eq!(application_frame(text).as_deref(), Some(place));
    }
}
