//! `--template`: a line made of named parts in braces.

/// What a template can name.
pub const NAMES: [&str; 10] = [
    "time",
    "timestamp",
    "source",
    "group",
    "stream",
    "id",
    "request_id",
    "short_id",
    "level",
    "message",
];

/// A template, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Name(&'static str),
}

impl std::str::FromStr for Template {
    type Err = String;

    /// Reads a template; `{{` and `}}` are braces, `\t` and `\n` what they are elsewhere.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match (c, rest.peek()) {
                ('{' | '}', Some(next)) if *next == c => {
                    rest.next();
                    literal.push(c);
                }
                ('\\', Some('t')) => {
                    rest.next();
                    literal.push('\t');
                }
                ('\\', Some('n')) => {
                    rest.next();
                    literal.push('\n');
                }
                ('{', _) => {
                    let name: String = rest.by_ref().take_while(|c| *c != '}').collect();
                    let known = NAMES.into_iter().find(|known| *known == name);
                    let known = known.ok_or_else(|| {
                        format!(
                            "a template has no `{{{name}}}`; known are {{{}}}",
                            NAMES.join("}, {")
                        )
                    })?;
                    parts.push(Part::Text(std::mem::take(&mut literal)));
                    parts.push(Part::Name(known));
                }
                _ => literal.push(c),
            }
        }
        parts.push(Part::Text(literal));
        Ok(Self(parts))
    }
}

impl Template {
    /// Appends a line, with the values that `value` has for the names.
    pub(super) fn write(&self, out: &mut Vec<u8>, value: impl Fn(&str) -> String) {
        for part in &self.0 {
            match part {
                Part::Text(text) => out.extend_from_slice(text.as_bytes()),
                Part::Name(name) => out.extend_from_slice(value(name).as_bytes()),
            }
        }
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_braces() {
        let template: Template = "{source}\\t{{{message}}}!".parse().unwrap();
        let mut out = Vec::new();
        template.write(&mut out, str::to_uppercase);
        assert_eq!(out, b"SOURCE\t{MESSAGE}!\n");
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_known_ones() {
        let error = "{colour}".parse::<Template>().unwrap_err();
        assert!(error.starts_with("a template has no `{colour}`; known are {time}, "));
        assert!("{open".parse::<Template>().is_err());
    }
}
