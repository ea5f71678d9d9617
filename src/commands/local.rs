//! `edactl local`: the embedded pipeline's life.

use std::{io::Write, time::Duration};

use serde_json::json;

use super::{Error, block_on, interrupt::Interrupt, output};
use crate::{
    cli::{
        GlobalArgs, LambdaLogFormat, LocalAction, LocalArgs, LocalStartArgs, LocalStatusArgs,
        OutputFormat,
    },
    exit::ExitCode,
    functions::log::LogFormat,
    local::{
        instance::{self, Instance, Registry},
        names,
        server::Server,
        settings::Settings,
    },
    output::{print, print_json},
    span,
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
    if let Some(given) = &args.announce {
        return serde_json::from_str(given).map_err(|error| Error::Usage {
            message: format!("these are no settings: {error}"),
            hint: "this option is for edactl itself".into(),
        });
    }
    let faults = args.fault.parse().map_err(|message| Error::Usage {
        message,
        hint: "for example: --fault drop=0.01,duplicate=0.05".into(),
    })?;
    Ok(Settings {
        faults,
        seed: args.seed,
        log_delay: args.log_delay,
        metric_delay: args.metric_delay,
        queue_delay: args.queue_delay,
        throttle: args.throttle,
        log_format: match args.log_format {
            LambdaLogFormat::Text => LogFormat::Text,
            LambdaLogFormat::Json => LogFormat::Json,
        },
        idle: args.idle,
        ..Settings::default()
    })
}

async fn start(args: &LocalStartArgs) -> Result<ExitCode, Error> {
    let settings = settings(args)?;
    if args.port != 0 {
        return Err(Error::Usage {
            message: "a chosen --port needs --foreground".into(),
            hint: "leave --port away: `-p local` finds the pipeline wherever it listens".into(),
        });
    }
    let (mut instance, is_new) = Registry::open()?.ensure(&settings).await?;
    if !is_new {
        instance = instance::apply(&instance, &settings).await?;
    }
    let verb = if is_new {
        "started"
    } else {
        "running; it has these settings now"
    };
    let mut text = format!(
        "{verb}: http://{}\n{}",
        instance.address,
        describe(&instance.settings)
    );
    if args.print_env {
        text = environment(&format!("http://{}", instance.address));
    }
    output(print(&text))?;
    Ok(ExitCode::Proven)
}

async fn stop() -> Result<ExitCode, Error> {
    let registry = Registry::open()?;
    let text = match registry.running().await {
        Some(instance) => {
            instance::stop(&instance).await?;
            format!("stopped (process {})\n", instance.pid)
        }
        None => "not running\n".to_owned(),
    };
    output(print(&text))?;
    Ok(ExitCode::Proven)
}

async fn status(args: &LocalStatusArgs) -> Result<ExitCode, Error> {
    let instance = Registry::open()?.running().await;
    match (args.output, instance) {
        (OutputFormat::Json, instance) => {
            let described = instance.map(|instance| {
                json!({
                    "endpoint": format!("http://{}", instance.address),
                    "pid": instance.pid,
                    "version": instance.version,
                    "started": instance.started,
                    "settings": instance.settings,
                })
            });
            output(print_json(
                &json!({ "schema": "edactl.local/1", "running": described }),
            ))?;
        }
        (OutputFormat::Table, Some(instance)) => {
            let Instance {
                address,
                pid,
                version,
                started,
                settings,
                ..
            } = instance;
            output(print(&format!(
                "running: http://{address}, process {pid}, version {version}, since {started}\n{}",
                describe(&settings)
            )))?;
        }
        (OutputFormat::Table, None) => output(print("not running\n"))?,
    }
    Ok(ExitCode::Proven)
}

/// Serves in this process until it is told to stop.
fn serve(global: &GlobalArgs, args: &LocalStartArgs) -> Result<ExitCode, Error> {
    let settings = settings(args)?;
    let announces = args.announce.is_some();
    if announces {
        instance::detach();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::Io {
            what: "cannot start".into(),
            source,
        })?;
    let exit = runtime.block_on(async {
        let mut interrupt = Interrupt::listen();
        let registry = Registry::open()?;
        let id = uuid::Uuid::new_v4().to_string();
        let server = Server::bind(args.port, id.clone(), settings)
            .await
            .map_err(|source| Error::Usage {
                message: format!("cannot listen on 127.0.0.1:{}: {source}", args.port),
                hint: "choose another port; --port 0 takes a free one".into(),
            })?;
        let address = server.address();
        let url = format!("http://{address}");
        let serving = tokio::spawn(server.run());
        if let Some(other) = registry.running().await {
            say(
                global,
                &format!(
                    "`-p local` keeps using the pipeline at http://{}; this one is at {url}",
                    other.address
                ),
            );
        } else {
            registry.register(&id, address.port())?;
        }
        if announces {
            // A starter that is gone does not need the address any more.
            let _ = instance::announce(address);
        } else if args.print_env {
            output(print(&environment(&url)))?;
        } else {
            say(global, &format!("listening on {url}; Ctrl-C ends it"));
        }
        let exit = tokio::select! {
            _ = serving => ExitCode::Proven,
            () = interrupt.wait() => ExitCode::Interrupted,
        };
        registry.unregister(&id);
        Ok(exit)
    });
    runtime.shutdown_timeout(Duration::from_millis(200));
    exit
}

fn say(global: &GlobalArgs, text: &str) {
    if !global.quiet {
        let _ = writeln!(anstream::stderr(), "{text}");
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

/// The settings that differ from a well-behaved pipeline's, one a line.
fn describe(settings: &Settings) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| text.push_str(&format!("  {name:<13} {value}\n"));
    let ordinary = Settings::default();
    if !settings.faults.is_empty() {
        line("faults", settings.faults.to_string());
    }
    if let Some(seed) = settings.seed {
        line("seed", seed.to_string());
    }
    for (name, value, usual) in [
        ("log delay", settings.log_delay, ordinary.log_delay),
        ("metric delay", settings.metric_delay, ordinary.metric_delay),
        ("queue delay", settings.queue_delay, ordinary.queue_delay),
        ("idle time", settings.idle, ordinary.idle),
    ] {
        if value != usual {
            line(name, span::show(value));
        }
    }
    if let Some(limit) = settings.throttle {
        line(
            "throttle",
            format!("{limit} requests per second and service"),
        );
    }
    if settings.log_format != ordinary.log_format {
        line("log format", "JSON".to_owned());
    }
    text
}
