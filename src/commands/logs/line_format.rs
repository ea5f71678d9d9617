//! How the lines look, and where they go, by the arguments and the terminal.

use std::process::Child;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{
    cli::{LogFormat, LogsArgs},
    commands::{
        Error,
        logs::filter::{Filter, regexes},
    },
    render::{
        background_writer::BackgroundWriter,
        log_line::{Clock, Form, LineFormat, PlatformLines, Source},
        pager, terminal,
    },
};

/// Lines from longer ago than this show their date.
const DATED: SignedDuration = SignedDuration::from_hours(18);

/// The look that was asked for.
///
/// # Errors
/// When a regular expression or the template is none.
pub(super) fn look(
    args: &LogsArgs,
    filter: &Filter,
    groups: &[(String, Source)],
    (since, now): (Timestamp, Timestamp),
) -> Result<LineFormat, Error> {
    let view = &args.view;
    let form = match (&view.template, args.output) {
        (Some(template), _) => {
            let template = template.parse().map_err(|message| Error::Usage {
                message,
                hint: "such as --template '{time} {source} {message}'".into(),
            })?;
            Form::Template(template)
        }
        (None, LogFormat::Text) => Form::Text,
        (None, LogFormat::Json) => Form::Json,
        (None, LogFormat::Raw) => Form::Raw,
    };
    let platform = match &form {
        _ if args.choice.no_platform => PlatformLines::Hidden,
        Form::Text if !args.choice.platform => PlatformLines::Folded,
        _ => PlatformLines::Shown,
    };
    let mut highlights = regexes("--highlight", &view.highlight)?;
    highlights.extend(filter.greps.iter().cloned());
    let zone = if view.utc {
        TimeZone::UTC
    } else {
        TimeZone::system()
    };
    let old = now.checked_sub(DATED).unwrap_or(Timestamp::MIN);
    let clock = if view.relative {
        Clock::Before(now)
    } else {
        Clock::At {
            zone,
            dated_before: if args.tail.is_none() && since < old {
                // All of them, so that they stand in a column.
                Timestamp::MAX
            } else {
                old
            },
        }
    };
    let widths = groups
        .iter()
        .map(|(_, source)| source.label.chars().count());
    Ok(LineFormat {
        form,
        colors: terminal::has_colors(),
        clock,
        platform,
        highlights,
        source_width: widths.max().unwrap_or_default(),
    })
}

/// Where the lines go: a pager for a history on a terminal, else stdout.
pub(super) fn open_outlet(args: &LogsArgs) -> (BackgroundWriter, Option<Child>) {
    let for_people = args.output == LogFormat::Text && !args.follow && !args.view.no_pager;
    if for_people
        && terminal::is_terminal()
        && let Some((child, stdin)) = pager::start()
    {
        return (
            BackgroundWriter::into(terminal::escaping(stdin)),
            Some(child),
        );
    }
    let is_for_a_program = args.output == LogFormat::Raw && args.view.template.is_none();
    if is_for_a_program && !terminal::is_terminal() {
        return (BackgroundWriter::into(terminal::raw_stdout()), None);
    }
    (BackgroundWriter::into(terminal::stdout()), None)
}
