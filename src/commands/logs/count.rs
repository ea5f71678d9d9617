//! `logs --count-by`: counts on CloudWatch's own engine, without reading a line.

use jiff::Timestamp;
use tokio::time::{Instant, sleep_until, timeout};

use crate::{
    cli::{CountedBy, GlobalArgs, LogCountArgs, LogFormat, LogsArgs},
    commands::{Error, logs::LAST_WORDS, output},
    context::Context,
    interrupt::Interrupt,
    render::{
        count_report::{CountReport, cost_text},
        log_line::Source,
        print, print_json,
        table::counted,
        theme,
    },
};
use edactl_aws::logs::{Cost, CountBy, CountQuery, LogsClient};
use edactl_core::exit::ExitCode;

/// Counts lines of these groups from the first moment to the last.
///
/// # Errors
/// When AWS refuses, the endpoint cannot count, or the time is up.
pub(super) async fn count(
    (global, context): (&GlobalArgs, &Context),
    (args, by): (&LogsArgs, CountedBy),
    groups: &[(String, Source)],
    (since, until): (Timestamp, Timestamp),
    (interrupt, began): (&mut Interrupt, Instant),
) -> Result<ExitCode, Error> {
    if args.output == LogFormat::Raw {
        return Err(Error::Usage {
            message: "--count-by prints no lines, so there are none to print raw".into(),
            hint: "leave out -o raw, or take -o json".into(),
        });
    }
    let names: Vec<String> = groups.iter().map(|(group, _)| group.clone()).collect();
    let query = CountQuery {
        groups: &names,
        from: since,
        until,
        by: match by {
            CountedBy::Level => CountBy::Level,
            CountedBy::Function => CountBy::Function,
            CountedBy::Error => CountBy::Error,
        },
        greps: &args.choice.grep,
        excludes: &args.choice.exclude,
    };
    let LogCountArgs { explain, .. } = args.counting;
    if explain {
        crate::say!("{}", query.text());
    }
    let client = LogsClient::new(&context.session);
    let time_is_up = async {
        match global.timeout {
            Some(limit) => sleep_until(began + limit).await,
            None => std::future::pending().await,
        }
    };
    let stopped = tokio::select! {
        biased;
        () = interrupt.wait() => Ok(ExitCode::Interrupted),
        () = time_is_up => Err(if client.is_answered() {
            Error::NotObservable {
                message: "the query did not end in time, and was stopped".into(),
                hint: "give it more --timeout, or a shorter --since".into(),
            }
        } else {
            Error::unanswered(global.timeout.unwrap_or_default())
        }),
        found = client.count(&query) => {
            let found = found.map_err(|error| Error::of_reading(error, client.is_answered()))?;
            let report = CountReport::new(&query, by.name(), groups, &found);
            output(match args.output {
                LogFormat::Json => print_json(&report),
                LogFormat::Text | LogFormat::Raw => print(&report.table()),
            })?;
            if !global.quiet {
                say(&report, Cost { bytes_scanned: found.bytes_scanned });
            }
            return Ok(ExitCode::Success);
        }
    };
    // A query goes on, and costs, until somebody stops it. One that cannot be stopped so fast ends
    // by itself.
    let _ = timeout(LAST_WORDS, client.stop_queries()).await;
    stopped
}

fn say(report: &CountReport<'_>, cost: Cost) {
    let mut text = format!("{} counted", counted(report.total, "line"));
    if report.is_cut_off {
        text.push_str(" (the rarest values are missing)");
    }
    crate::say!(
        "{} {text}; {}; a line can take minutes until Logs Insights knows it",
        theme::paint(theme::DIM, "logs:"),
        cost_text(cost)
    );
}
