//! `edactl send`: invoke the producer with events and record what was sent.

use jiff::Timestamp;
use tokio::time::Instant;

use crate::{
    cli::{GlobalArgs, OutputFormat, SendArgs},
    commands::{Error, output, report_error},
    context::Context,
    interrupt::Interrupt,
    render::{
        escape,
        hints::{hint, next_command},
        print, print_json,
        progress::Progress,
        send_report::{SendCounts, SendReport},
        table, theme,
    },
    say,
    sender::{self, Sending, Sent},
    store::RunStore,
};
use edactl_core::{
    event::{Event, marker::RunId},
    exit::ExitCode,
    run::Plan,
    topology::Pipeline,
};

/// Runs `send`.
///
/// # Errors
/// When an event or the pipeline is wrong, or the run cannot be recorded.
pub async fn run(global: &GlobalArgs, args: SendArgs) -> Result<ExitCode, Error> {
    let events = sender::read_events(&args.events, &args.sending)?;
    if args.dry_run {
        return dry_run(&args, &events);
    }
    let context = Context::open(global).await?;
    super::confirm_production(&context, args.sending.yes)?;
    let plan = sender::plan(&context, &events, &args.sending)?;
    let store = RunStore::open()?;
    let sending = Sending {
        context: &context,
        store: &store,
        events: &events,
        args: &args.sending,
        deadline: global.timeout.map(|timeout| Instant::now() + timeout),
    };
    let mut progress = Progress::new(global.quiet);
    let sent = sending
        .send(plan, &mut progress, &mut Interrupt::listen())
        .await?;
    progress.clear();
    show_failure(&sent);
    let exit = exit_code(&sent);
    let result = SendReport::new(&sent.run, exit as u8);
    output(match args.output {
        OutputFormat::Table => print(&result.to_table()),
        OutputFormat::Json => print_json(&result),
    })?;
    if exit == ExitCode::Success {
        let verify = next_command(global, "verify");
        hint(global, &format!("{verify} proves that they arrived"));
    }
    Ok(exit)
}

/// What stopped the send, and what the producer's log says of its failure, on stderr.
pub fn show_failure(sent: &Sent) {
    if let Some(log) = &sent.failure_log {
        say!("the end of the producer's log:");
        for line in log.lines() {
            say!("  {}", theme::paint(theme::DIM, &escape::inline(line)));
        }
    }
    if let Some(error) = &sent.fatal {
        let _ = report_error(&Error::Aws(error.clone()));
    }
}

/// The exit code of a send: what is certain and bad comes before what is in doubt.
fn exit_code(sent: &Sent) -> ExitCode {
    let counts = SendCounts::of(&sent.run);
    if sent.interrupted {
        ExitCode::Interrupted
    } else if counts.not_run > 0 {
        ExitCode::Aws
    } else if counts.failed > 0 {
        ExitCode::Disproven
    } else if counts.in_doubt + counts.unattempted > 0 {
        ExitCode::Undetermined
    } else {
        ExitCode::Success
    }
}

/// Shows what would be sent. No pipeline is needed, so none is asked for.
fn dry_run(args: &SendArgs, events: &[Event]) -> Result<ExitCode, Error> {
    let now = Timestamp::now();
    let run = RunId::new(now, rand::random());
    let plan = Plan::new(
        run,
        now,
        Pipeline::named("none"),
        events,
        args.sending.repeat,
    );
    sender::check_sizes(&plan, events, None)?;
    let markers = plan.markers();
    if args.output == OutputFormat::Json {
        let invocations: Vec<_> = (0..plan.invocations())
            .map(|number| {
                let (event, before) = plan.invocation(number);
                let payload = events[event].text(|entry| markers.marker(before + entry as u64 + 1));
                serde_json::json!({
                    "event": events[event].origin,
                    "payload": serde_json::value::RawValue::from_string(payload).ok(),
                })
            })
            .collect();
        output(print_json(&serde_json::json!({
            "schema": "edactl.dry-run/1", "invocations": invocations,
        })))?;
        return Ok(ExitCode::Success);
    }
    let mut shown =
        table::with_header(&["#", "event", "entry", "bytes", "recognised by", "marker"]);
    for place in plan.positions() {
        let event = &events[place.event];
        let entry = &event.payloads[place.payload];
        let marker = markers.marker(place.seq);
        let bytes = entry.body(&marker).len();
        let is_marked = entry.recognition.is_marked();
        shown.add_row([
            place.seq.to_string(),
            escape::inline(&event.origin).into_owned(),
            escape::inline(&entry.key).into_owned(),
            bytes.to_string(),
            entry.recognition.to_string(),
            if is_marked { marker } else { "-".to_owned() },
        ]);
    }
    let mut text = table::render(&mut shown);
    text.push_str(&format!(
        "dry run: {} in {} would be sent; nothing was\n",
        table::counted(plan.payloads(), "message"),
        table::counted(plan.invocations(), "invocation")
    ));
    output(print(&text))?;
    Ok(ExitCode::Success)
}
