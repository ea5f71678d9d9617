//! `edactl config show`: every setting in force, and where it comes from.

use std::env;

use clap::{ArgMatches, CommandFactory, parser::ValueSource};

use crate::{
    cli::{Cli, ConfigShowArgs, GlobalArgs, OutputFormat},
    commands::{Error, output},
    config::{Config, PipelineConfig},
    context::{AWS_SETTLE, Context, named_by},
    render::{
        config_report::{ConfigReport, Setting, Source},
        print, print_json,
    },
};
use edactl_aws::http;
use edactl_core::{exit::ExitCode, humanize, topology::Pipeline};
use edactl_state::{self, STATE_DIR_VARIABLE};

/// Runs `config show`. Where AWS refuses, what is configured is shown before the error.
///
/// # Errors
/// When the configuration is wrong, or AWS refuses.
pub async fn run(global: &GlobalArgs, args: ConfigShowArgs) -> Result<ExitCode, Error> {
    let here = env::current_dir().unwrap_or_default();
    let config = Config::find(&here)?;
    let (name, settings) = config.choose(global.pipeline.as_deref(), &named_by(global))?;
    let opened = if args.offline {
        None
    } else {
        Some(Context::open(global).await)
    };
    let (context, refused) = match opened {
        Some(Ok(context)) => (Some(context), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let shown = Shown {
        matches: Cli::command().get_matches(),
        embedded: settings.is_embedded(&name),
        config: &config,
        name: &name,
        settings: &settings,
        global,
        context: context.as_ref(),
    };
    let report = ConfigReport::new(config.path.clone(), shown.settings()?);
    output(match args.output {
        OutputFormat::Table => print(&report.to_table()),
        OutputFormat::Json => print_json(&report),
    })?;
    refused.map_or(Ok(ExitCode::Success), Err)
}

struct Shown<'a> {
    /// The command line once more: it knows an option from its environment variable.
    matches: ArgMatches,
    embedded: bool,
    config: &'a Config,
    name: &'a str,
    settings: &'a PipelineConfig,
    global: &'a GlobalArgs,
    context: Option<&'a Context>,
}

impl Shown<'_> {
    fn settings(&self) -> Result<Vec<Setting>, Error> {
        let Self {
            global, settings, ..
        } = self;
        let found = self.context.map(|context| &context.pipeline);
        let function = |pick: fn(&Pipeline) -> Option<String>| found.and_then(pick);
        let mut all = vec![
            self.pipeline(),
            self.resource(
                "producer",
                global.producer.as_ref(),
                settings.producer.as_ref(),
                |found| {
                    found
                        .producer
                        .as_ref()
                        .map(|function| function.name.clone())
                },
            ),
            self.resource(
                "queue",
                global.queue.as_ref(),
                settings.queue.as_ref(),
                |found| found.queue.as_ref().map(|queue| queue.url.clone()),
            ),
            self.resource(
                "consumer",
                global.consumer.as_ref(),
                settings.consumer.as_ref(),
                |found| {
                    found
                        .consumer
                        .as_ref()
                        .map(|function| function.name.clone())
                },
            ),
            self.resource("dlq", global.dlq.as_ref(), settings.dlq.as_ref(), |found| {
                found.dlq.as_ref().map(|queue| queue.url.clone())
            }),
        ];
        let groups = [
            (
                "producer log group",
                function(|found| Some(found.producer.as_ref()?.log_group.clone())),
            ),
            (
                "consumer log group",
                function(|found| Some(found.consumer.as_ref()?.log_group.clone())),
            ),
        ];
        all.extend(groups.map(|(name, value)| setting(name, value, Source::Discovery)));
        all.extend([
            self.messages(),
            self.url(),
            self.region(),
            self.profile(),
            self.endpoint_url(),
            self.filed("production", Some(settings.production.to_string())),
            self.filed("smoke_events", Some(smoke_events(settings))),
            self.settle(),
            self.keep_runs(),
            state_dir()?,
        ]);
        Ok(all)
    }

    /// Chosen as [`Config::choose`] chooses.
    fn pipeline(&self) -> Setting {
        let Self { global, config, .. } = self;
        let nameless = || {
            [
                ("producer", &global.producer),
                ("queue", &global.queue),
                ("consumer", &global.consumer),
                ("dlq", &global.dlq),
            ]
            .into_iter()
            .find_map(|(option, value)| self.given(option, value.as_ref()))
        };
        let from = self
            .given("pipeline", global.pipeline.as_ref())
            .or_else(nameless)
            .or_else(|| self.file_line(config.places.of_default()))
            .or_else(|| self.file_line(config.places.of_pipeline(self.name)))
            .unwrap_or(Source::Default);
        setting("pipeline", Some(self.name.to_owned()), from)
    }

    fn resource(
        &self,
        name: &'static str,
        flag: Option<&String>,
        in_file: Option<&String>,
        find: fn(&Pipeline) -> Option<String>,
    ) -> Setting {
        if let Some(from) = self.given(name, flag) {
            return setting(name, flag.cloned(), from);
        }
        if in_file.is_some() {
            return self.filed(name, in_file.cloned());
        }
        let found = self.context.and_then(|context| find(&context.pipeline));
        let from = if self.embedded {
            Source::Embedded
        } else {
            Source::Discovery
        };
        setting(name, found, from)
    }

    fn messages(&self) -> Setting {
        let given = self.settings.messages.as_ref().map(ToString::to_string);
        self.filed("messages", Some(given.unwrap_or_else(|| "auto".to_owned())))
    }

    /// Where the URL leads; the rest of it may be a secret.
    fn url(&self) -> Setting {
        let place =
            self.settings.url.as_ref().map(|url| {
                http::place(url).unwrap_or_else(|_| "not an http or https URL".to_owned())
            });
        self.filed("url", place)
    }

    fn region(&self) -> Setting {
        let name = "region";
        let in_force = self
            .context
            .map(|context| context.session.region().to_owned());
        if self.embedded {
            return setting(name, in_force, Source::Embedded);
        }
        self.named(
            name,
            self.global.region.as_ref(),
            self.settings.region.as_ref(),
        )
        .or_else(|| variable(name, "AWS_REGION"))
        .or_else(|| variable(name, "AWS_DEFAULT_REGION"))
        .unwrap_or_else(|| setting(name, in_force, Source::AwsFiles))
    }

    fn profile(&self) -> Setting {
        let name = "profile";
        if self.embedded {
            return setting(name, None, Source::Embedded);
        }
        self.named(
            name,
            self.global.profile.as_ref(),
            self.settings.profile.as_ref(),
        )
        .or_else(|| variable(name, "AWS_PROFILE"))
        .unwrap_or_else(|| setting(name, Some("default".to_owned()), Source::Default))
    }

    fn endpoint_url(&self) -> Setting {
        let name = "endpoint_url";
        if self.embedded {
            return setting(name, None, Source::Embedded);
        }
        self.named(
            name,
            self.global.endpoint_url.as_ref(),
            self.settings.endpoint_url.as_ref(),
        )
        .or_else(|| variable(name, "AWS_ENDPOINT_URL"))
        .unwrap_or_else(|| setting(name, None, Source::Default))
    }

    fn settle(&self) -> Setting {
        let in_force = self.context.map_or_else(
            || self.settings.settle.unwrap_or(AWS_SETTLE),
            |context| context.settle,
        );
        let mut setting = self.filed("settle", Some(humanize::duration(in_force)));
        if self.embedded {
            setting.from = Source::Embedded;
        }
        setting
    }

    fn keep_runs(&self) -> Setting {
        let line = self.config.places.of_keep_runs();
        setting(
            "keep_runs",
            self.config.keep_runs.map(humanize::duration),
            self.file_line(line).unwrap_or(Source::Default),
        )
    }

    /// A setting that options and the file know.
    fn named(
        &self,
        name: &'static str,
        flag: Option<&String>,
        in_file: Option<&String>,
    ) -> Option<Setting> {
        if let Some(from) = self.given(name, flag) {
            return Some(setting(name, flag.cloned(), from));
        }
        in_file?;
        Some(self.filed(name, in_file.cloned()))
    }

    /// A setting that only the file changes.
    fn filed(&self, name: &'static str, value: Option<String>) -> Setting {
        let line = self.config.places.of(self.name, name);
        setting(name, value, self.file_line(line).unwrap_or(Source::Default))
    }

    fn file_line(&self, line: Option<usize>) -> Option<Source> {
        Some(Source::File {
            path: self.config.path.clone()?,
            line: line?,
        })
    }

    /// Whether an option or its environment variable gave the value.
    fn given(&self, id: &str, value: Option<&String>) -> Option<Source> {
        value?;
        let mut matches = &self.matches;
        while let Some((_, inner)) = matches.subcommand() {
            matches = inner;
        }
        let name = id.replace('_', "-");
        match matches.value_source(id)? {
            ValueSource::CommandLine => Some(Source::Flag {
                option: format!("--{name}"),
            }),
            ValueSource::EnvVariable => Some(Source::Environment {
                variable: format!("EDACTL_{}", id.to_uppercase()),
            }),
            _ => None,
        }
    }
}

fn setting(name: &'static str, value: Option<String>, from: Source) -> Setting {
    let from = if value.is_some() { from } else { Source::Unset };
    Setting { name, value, from }
}

fn variable(name: &'static str, variable: &str) -> Option<Setting> {
    let value = env::var(variable).ok().filter(|value| !value.is_empty())?;
    let variable = variable.to_owned();
    Some(setting(name, Some(value), Source::Environment { variable }))
}

fn smoke_events(settings: &PipelineConfig) -> String {
    let paths: Vec<_> = settings
        .smoke_events
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    if paths.is_empty() {
        "none".to_owned()
    } else {
        paths.join(", ")
    }
}

fn state_dir() -> Result<Setting, Error> {
    let path = edactl_state::state_dir().map_err(|source| Error::Io {
        what: "no state directory is known".into(),
        source,
    })?;
    let from = if env::var_os(STATE_DIR_VARIABLE).is_some_and(|value| !value.is_empty()) {
        Source::Environment {
            variable: STATE_DIR_VARIABLE.to_owned(),
        }
    } else {
        Source::Default
    };
    Ok(setting(
        "state directory",
        Some(path.display().to_string()),
        from,
    ))
}
