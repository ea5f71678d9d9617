//! The events of one run: read from files, globs, JSON Lines and stdin, filled in and marked as
//! the user wants them.

use std::{borrow::Cow, env, path::Path};

use jiff::Timestamp;

use crate::{
    cli::SendingArgs,
    error::Error,
    render::{escape, table::counted},
    sender::event_text,
};
use edactl_core::{
    event::{
        Event, EventError, MarkerPolicy,
        marker::RunId,
        shape::Messages,
        template::{self, TemplateValues},
    },
    humanize::count,
    run::{MAX_PAYLOADS, Plan},
    topology::Pipeline,
};

/// What stands for stdin among the names of events.
const STDIN: &str = "-";

/// The events of a run that is to be sent.
#[derive(Debug)]
pub struct Batch {
    run: RunId,
    began: Timestamp,
    repeat: u32,
    policy: MarkerPolicy,
    messages: Messages,
    sources: Vec<Source>,
    /// Read ahead, where every invocation of a source gets the same.
    events: Vec<Event>,
}

/// The text of one event.
#[derive(Debug)]
struct Source {
    origin: String,
    text: String,
}

impl Batch {
    /// Reads the events that the arguments name.
    ///
    /// # Errors
    /// When one cannot be read, or is not an event of this shape.
    pub fn read(names: &[String], args: &SendingArgs, messages: Messages) -> Result<Self, Error> {
        let policy = if args.no_marker {
            MarkerPolicy::Untouched
        } else {
            MarkerPolicy::Field(args.marker_field.clone())
        };
        Self::of(names, args.repeat, policy, messages)
    }

    /// Reads events without markers.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_untouched(names: &[String], messages: Messages) -> Result<Self, Error> {
        Self::of(names, 1, MarkerPolicy::Untouched, messages)
    }

    fn of(
        names: &[String],
        repeat: u32,
        policy: MarkerPolicy,
        messages: Messages,
    ) -> Result<Self, Error> {
        let began = Timestamp::now();
        let mut batch = Self {
            run: RunId::new(began, rand::random()),
            began,
            repeat,
            policy,
            messages,
            sources: sources(names)?,
            events: Vec::new(),
        };
        let first = (1..).zip(&batch.sources);
        batch.events = first
            .map(|(seq, source)| batch.filled_in(source, seq))
            .collect::<Result<_, _>>()?;
        Ok(batch)
    }

    /// The events as they are in the first round.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Whether invocations of one file get different events.
    fn varies(&self) -> bool {
        self.repeat > 1
            && self
                .sources
                .iter()
                .any(|source| template::varies(&source.text))
    }

    /// The plan of sending them to this pipeline.
    ///
    /// # Errors
    /// When it has more messages than a run may have, or a later round's event cannot be read; the
    /// first round's were.
    pub fn plan(&self, pipeline: Pipeline) -> Result<Plan, Error> {
        self.check_count()?;
        let (run, began) = (self.run.clone(), self.began);
        if !self.varies() {
            return Ok(Plan::new(run, began, pipeline, &self.events, self.repeat));
        }
        let all = self.sources.len() as u64 * u64::from(self.repeat);
        let mut plan = Plan::new(run, began, pipeline, &[], 1);
        for invocation in 0..all {
            plan.add(&*self.event(invocation)?);
        }
        Ok(plan)
    }

    /// One run can be neither recorded nor proven beyond a number of messages.
    fn check_count(&self) -> Result<(), Error> {
        let payloads: usize = self.events.iter().map(|event| event.payloads.len()).sum();
        let of_round = payloads.max(self.events.len()) as u64;
        let all = of_round * u64::from(self.repeat);
        if all <= MAX_PAYLOADS {
            return Ok(());
        }
        Err(Error::Usage {
            message: format!(
                "this would be a run of {}, and one run has at most {}",
                counted(all, "message"),
                count(MAX_PAYLOADS)
            ),
            hint: "lower --repeat, or send several runs".into(),
        })
    }

    /// The event of an invocation, counted from 0.
    ///
    /// # Errors
    /// When it cannot be read, which the plan showed before.
    pub fn event(&self, invocation: u64) -> Result<Cow<'_, Event>, Error> {
        let sources = self.sources.len() as u64;
        let (round, index) = (invocation / sources, invocation % sources);
        let index = usize::try_from(index).unwrap_or_default();
        if round == 0 || !template::varies(&self.sources[index].text) {
            return Ok(Cow::Borrowed(&self.events[index]));
        }
        self.filled_in(&self.sources[index], invocation + 1)
            .map(Cow::Owned)
    }

    fn filled_in(&self, source: &Source, seq: u64) -> Result<Event, Error> {
        let Source { origin, text } = source;
        let values = TemplateValues {
            run: &self.run,
            began: self.began,
            seq,
        };
        let text = template::expand(origin, text, values, |name| env::var(name).ok())
            .map_err(EventError::from)?;
        Ok(Event::parse_as(
            origin,
            &text,
            &self.policy,
            &self.messages,
        )?)
    }
}

fn sources(names: &[String]) -> Result<Vec<Source>, Error> {
    let mut sources = Vec::new();
    for name in names {
        if name == STDIN {
            sources.push(Source {
                origin: "stdin".into(),
                text: event_text::read_stdin(event_text::MOST_BYTES)?,
            });
            continue;
        }
        for path in expand(name)? {
            let origin = escape::inline(&path).into_owned();
            // A file of JSON Lines holds many events.
            let is_lines = is_json_lines(&path);
            let most = if is_lines {
                event_text::MOST_BYTES_OF_LINES
            } else {
                event_text::MOST_BYTES
            };
            let text = event_text::read_file(&path, &origin, most)?;
            if is_lines {
                sources.extend(lines(&origin, &text)?);
            } else {
                sources.push(Source { origin, text });
            }
        }
    }
    Ok(sources)
}

fn is_json_lines(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| {
        found.eq_ignore_ascii_case("jsonl") || found.eq_ignore_ascii_case("ndjson")
    })
}

/// An event a line; empty lines are none.
fn lines(path: &str, text: &str) -> Result<Vec<Source>, EventError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let numbered = (1..).zip(text.lines());
    let sources: Vec<Source> = numbered
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line): (u64, _)| Source {
            origin: format!("{path}:{number}"),
            text: line.to_owned(),
        })
        .collect();
    if sources.is_empty() {
        return Err(EventError::Empty {
            origin: path.to_owned(),
        });
    }
    Ok(sources)
}

/// The files that a name stands for. A name that is a file is never taken for a glob.
fn expand(name: &str) -> Result<Vec<String>, Error> {
    if !name.contains(['*', '?', '[']) || Path::new(name).exists() {
        return Ok(vec![name.to_owned()]);
    }
    let wrong = |message: String| Error::Usage {
        message,
        hint: "check the pattern, and the directory it begins in".into(),
    };
    let paths = glob::glob(name).map_err(|error| wrong(format!("`{name}`: {error}")))?;
    let mut found: Vec<String> = paths
        .flatten()
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    if found.is_empty() {
        return Err(wrong(format!("no file fits `{name}`")));
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(name: &str, text: &str, repeat: u32) -> Result<Batch, Error> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        let names = [path.to_string_lossy().into_owned()];
        let policy = MarkerPolicy::Untouched;
        Batch::of(&names, repeat, policy, Messages::default())
    }

    #[test]
    fn an_event_of_its_own_for_each_invocation_is_planned_as_it_is_sent() {
        let text = r#"{"a": {"id": "{{uuid}}", "n": {{seq}}}}"#;
        let batch = batch("e.json", text, 3).unwrap();
        let plan = batch.plan(Pipeline::named("p")).unwrap();
        assert_eq!((plan.invocations(), plan.repeat), (3, 1));
        let mut hashes = Vec::new();
        for (invocation, planned) in (0..).zip(&plan.events) {
            let sent = batch.event(invocation).unwrap();
            assert_eq!(sent.payloads[0].content, planned.payloads[0].content);
            hashes.push(planned.payloads[0].content.hash);
        }
        hashes.dedup();
        assert_eq!(hashes.len(), 3);
    }

    #[test]
    fn what_does_not_vary_is_planned_once() {
        let batch = batch("e.json", r#"{"a": {"at": "{{now}}"}}"#, 1000).unwrap();
        let plan = batch.plan(Pipeline::named("p")).unwrap();
        assert_eq!((plan.events.len(), plan.repeat), (1, 1000));
    }

    #[test]
    fn json_lines_hold_an_event_a_line() {
        let batch = batch("e.ndjson", "{\"a\": 1}\n\n{\"b\": 2}\r\n", 2).unwrap();
        let origins: Vec<_> = batch
            .events()
            .iter()
            .map(|event| event.origin.rsplit('/').next().unwrap())
            .collect();
        assert_eq!(origins, ["e.ndjson:1", "e.ndjson:3"]);
        assert_eq!(batch.plan(Pipeline::named("p")).unwrap().payloads(), 4);
        let wrong = super::tests::batch("e.jsonl", "{\"a\": 1}\n{\"b\"\n", 1).unwrap_err();
        assert!(
            wrong.to_string().contains("e.jsonl:2 is not valid JSON"),
            "{wrong}"
        );
        assert!(super::tests::batch("e.jsonl", " \n", 1).is_err());
    }
}
