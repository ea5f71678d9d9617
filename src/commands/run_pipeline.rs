//! The pipeline of a recorded run, where the command line names none: a run id alone is enough.

use std::env;

use crate::{
    cli::GlobalArgs,
    commands::Error,
    config::{Config, ConfigError},
    context::named_by,
    store::{RunStore, StoreError},
};
use edactl_core::{event::marker::RunId, topology::Pipeline};

/// The options, with the pipeline of the run that is asked for where they name none. `last` is the
/// last run of the pipeline that edactl.toml chooses, else the newest of all: its id takes the
/// word's place.
///
/// # Errors
/// When the run is not known, or the configuration is wrong.
pub fn with_pipeline_of(
    global: &GlobalArgs,
    store: &RunStore,
    asked: &mut Option<String>,
) -> Result<GlobalArgs, Error> {
    let is_named = global.pipeline.is_some() || !named_by(global).is_empty();
    let Some(asked) = asked.as_mut().filter(|_| !is_named) else {
        return Ok(global.clone());
    };
    let config = Config::find(&env::current_dir().unwrap_or_default())?;
    let run: RunId = if asked == "last" {
        match config.choose(None, &named_by(global)) {
            Err(ConfigError::None { .. }) => {}
            Err(error) => return Err(error.into()),
            Ok(_) => return Ok(global.clone()),
        }
        match store.newest(None) {
            Err(StoreError::Nothing { .. }) => return Ok(global.clone()),
            newest => newest?,
        }
    } else {
        store.resolve(asked)?
    };
    run.as_str().clone_into(asked);
    Ok(naming(global, store.plan(&run)?.pipeline, &config))
}

/// The options that name a pipeline: by its name where that is known here, else by its resources.
fn naming(global: &GlobalArgs, pipeline: Pipeline, config: &Config) -> GlobalArgs {
    let mut named = global.clone();
    if pipeline.instance.is_some() || config.pipelines.contains_key(&pipeline.name) {
        named.pipeline = Some(pipeline.name);
        return named;
    }
    named.producer = pipeline.producer.map(|function| function.reference);
    named.queue = pipeline.queue.map(|queue| queue.url);
    named.consumer = pipeline.consumer.map(|function| function.reference);
    named.dlq = pipeline.dlq.map(|queue| queue.url);
    named.region = named.region.or(Some(pipeline.region));
    named.profile = named.profile.or(pipeline.profile);
    named.endpoint_url = named.endpoint_url.or(pipeline.endpoint_url);
    named
}
