//! `edactl local`: the embedded pipeline's life.

use std::time::Duration;

use crate::{
    cli::{
        GlobalArgs, LambdaLogFormat, LocalAction, LocalArgs, LocalStartArgs, LocalStatusArgs,
        OutputFormat,
    },
    commands::{Error, block_on, output},
    interrupt::Interrupt,
    render::{local_settings, local_status::LocalStatus, print, print_json, terminal},
};
use edactl_core::exit::ExitCode;
use edactl_functions::log::LogFormat;
use edactl_local::{
    client::Instance,
    instance::{self, Announcement, Registration, Registry},
    names,
    server::Server,
    settings::Settings,
};

/// Runs `local`.
///
/// # Errors
/// When a setting is wrong, or the pipeline cannot be started, changed or stopped.
pub fn run(global: &GlobalArgs, args: LocalArgs) -> Result<ExitCode, Error> {
    match args.action {
        LocalAction::Start(args) if args.foreground => serve(global, &args),
        LocalAction::Start(args) => block_on(start(&args)),
        LocalAction::Stop => block_on(stop()),
        LocalAction::Status(args) => block_on(status(&args)),
    }
}

fn settings(args: &LocalStartArgs) -> Result<Settings, Error> {
    let faults = args.fault.parse().map_err(|message| Error::Usage {
        message,
        hint: "for example: --fault drop=0.01,duplicate=0.05".into(),
    })?;
    let settings = Settings {
        faults,
        seed: args.seed,
        log_delay: args.log_delay,
        metric_delay: args.metric_delay,
        queue_delay: args.queue_delay,
        traffic: args.traffic,
        throttle: args.throttle,
        log_format: match args.log_format {
            LambdaLogFormat::Text => LogFormat::Text,
            LambdaLogFormat::Json => LogFormat::Json,
        },
        log_style: args.log_style,
        error_style: args.error_style,
        system_log_level: args.system_log_level,
        shared_log_group: args.shared_log_group,
        report_delay: args.report_delay,
        lookalike_lines: args.lookalike_lines,
        counter_lag: args.counter_lag,
        no_delayed_counter: args.no_delayed_counter,
        clock_skew: args.clock_skew,
        metric_stragglers: args.metric_stragglers,
        event_count_metrics: args.event_count_metrics,
        batch_item_failures: !args.no_batch_item_failures,
        batch_size: args.batch_size,
        batch_window: args.batch_window,
        producer_shape: args.producer_shape,
        producer_answer: args.producer_answer,
        traffic_failures: args.traffic_failures,
        old_letters: args.old_letters,
        log_megabytes: args.log_megabytes,
        idle: args.idle,
        ..Settings::default()
    };
    settings.check().map_err(|message| Error::Usage {
        message,
        hint: "see: edactl local start --help".into(),
    })?;
    Ok(settings)
}

async fn start(args: &LocalStartArgs) -> Result<ExitCode, Error> {
    let settings = settings(args)?;
    let (mut instance, is_new) = Registry::open()?.ensure(args.port, &settings).await?;
    if !is_new {
        instance = instance::apply(&instance, &settings).await?;
    }
    let url = url(&instance);
    let text = if args.print_env {
        environment(&url)
    } else {
        let what = if is_new {
            "started"
        } else {
            "already running, now with these settings"
        };
        let described = local_settings::to_lines(&instance.settings);
        format!("{what}: {url}\n{described}stop it with: edactl local stop\n")
    };
    output(print(&text))?;
    Ok(ExitCode::Success)
}

async fn stop() -> Result<ExitCode, Error> {
    let text = match Registry::open()?.stop().await? {
        Some(instance) => format!("stopped (process {})\n", instance.pid),
        None => "not running\n".to_owned(),
    };
    output(print(&text))?;
    Ok(ExitCode::Success)
}

async fn status(args: &LocalStatusArgs) -> Result<ExitCode, Error> {
    let instance = Registry::open()?.running().await;
    let status = LocalStatus::new(instance.as_ref());
    output(match args.output {
        OutputFormat::Table => print(&status.to_text(jiff::Timestamp::now())),
        OutputFormat::Json => print_json(&status),
    })?;
    Ok(ExitCode::Success)
}

/// Serves in this process until it is told to stop.
fn serve(global: &GlobalArgs, args: &LocalStartArgs) -> Result<ExitCode, Error> {
    let given = instance::given_settings().map_err(|error| Error::Usage {
        message: format!("the starter gave no settings: {error}"),
        hint: "start it with: edactl local start".into(),
    })?;
    let settings = settings(args)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::Io {
            what: "cannot start".into(),
            source,
        })?;
    let exit = if let Some(given) = given {
        instance::detach();
        runtime.block_on(serve_for_starter(args.port, given))
    } else {
        runtime.block_on(serve_for_user(global, args, settings))
    };
    runtime.shutdown_timeout(Duration::from_millis(200));
    exit
}

/// In the background: is the user's pipeline, or leaves that to one that was faster.
async fn serve_for_starter(port: u16, settings: Settings) -> Result<ExitCode, Error> {
    let prepared = async {
        match Registry::open()?.claim().await? {
            Registration::Taken(instance) => {
                Announcement::Taken(instance.address).send();
                Ok::<_, Error>(None)
            }
            Registration::Mine(claim) => {
                let (token, server) = bind(port, settings).await?;
                claim.register(token, server.address())?;
                Announcement::Listening(server.address()).send();
                Ok(Some((claim, server)))
            }
        }
    };
    match prepared.await {
        Ok(None) => Ok(ExitCode::Success),
        Ok(Some((_claim, server))) => Ok(until_the_end(server, &mut Interrupt::listen()).await),
        Err(error) => {
            let announcement = Announcement::Failed {
                reason: error.to_string(),
                hint: error.hint().unwrap_or_default(),
            };
            announcement.send();
            Err(error)
        }
    }
}

/// In the foreground: serves in any case, and is the user's pipeline where there is no other.
async fn serve_for_user(
    global: &GlobalArgs,
    args: &LocalStartArgs,
    settings: Settings,
) -> Result<ExitCode, Error> {
    let mut interrupt = Interrupt::listen();
    let (token, server) = bind(args.port, settings).await?;
    let address = server.address();
    let endpoint = format!("http://{address}");
    // Held until the end.
    let _claim = match Registry::open()?.claim().await? {
        Registration::Mine(claim) => {
            claim.register(token, address)?;
            Some(claim)
        }
        Registration::Taken(other) => {
            let text = format!(
                "`-p local` keeps using the pipeline at {}; this one is reached by its address only",
                url(&other)
            );
            say(global, &text);
            None
        }
    };
    if args.print_env {
        output(print(&environment(&endpoint)))?;
    }
    say(global, &format!("listening on {endpoint}; Ctrl-C ends it"));
    Ok(until_the_end(server, &mut interrupt).await)
}

/// Binds a new pipeline with a new random token, which only its registration file tells.
async fn bind(port: u16, settings: Settings) -> Result<(String, Server), Error> {
    let token = uuid::Uuid::new_v4().simple().to_string();
    let server = Server::bind(port, token.clone(), settings)
        .await
        .map_err(|source| Error::Usage {
            message: format!("cannot listen on 127.0.0.1:{port}: {source}"),
            hint: "choose another port; --port 0 takes a free one".into(),
        })?;
    Ok((token, server))
}

async fn until_the_end(server: Server, interrupt: &mut Interrupt) -> ExitCode {
    tokio::select! {
        // A task of its own, so that it is served by every thread.
        _ = tokio::spawn(server.run()) => ExitCode::Success,
        () = interrupt.wait() => ExitCode::Interrupted,
    }
}

fn url(instance: &Instance) -> String {
    format!("http://{}", instance.address)
}

fn say(global: &GlobalArgs, text: &str) {
    if !global.quiet {
        terminal::say(text);
    }
}

/// Variables that point other AWS clients, and edactl itself, to the pipeline.
fn environment(url: &str) -> String {
    let variables = [
        ("AWS_ENDPOINT_URL", url),
        ("AWS_REGION", names::REGION),
        ("AWS_DEFAULT_REGION", names::REGION),
        ("AWS_ACCESS_KEY_ID", "edactl"),
        ("AWS_SECRET_ACCESS_KEY", "edactl"),
        ("EDACTL_PRODUCER", names::PRODUCER),
    ];
    variables
        .iter()
        .map(|(name, value)| format!("export {name}={value}\n"))
        .collect()
}
