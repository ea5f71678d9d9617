//! `edactl config`: what is configured, and a file to begin with.

use crate::{
    cli::{ConfigAction, ConfigArgs, GlobalArgs},
    commands::{Error, block_on, config_init, config_show, output},
    config::{Config, keys},
    render::{print, print_json},
};
use edactl_core::exit::ExitCode;

/// Runs `config`.
///
/// # Errors
/// When the configuration is wrong, cannot be written, or AWS refuses.
pub fn run(global: &GlobalArgs, args: ConfigArgs) -> Result<ExitCode, Error> {
    match args.action {
        ConfigAction::Init(args) => block_on(config_init::run(global, args)),
        ConfigAction::Show(args) => block_on(config_show::run(global, args)),
        ConfigAction::Path => path(),
        ConfigAction::Schema => {
            output(print_json(&keys::schema()))?;
            Ok(ExitCode::Success)
        }
    }
}

fn path() -> Result<ExitCode, Error> {
    let here = std::env::current_dir().unwrap_or_default();
    let config = Config::find(&here)?;
    let path = config.path(&here)?;
    output(print(&format!("{}\n", path.display())))?;
    Ok(ExitCode::Success)
}
