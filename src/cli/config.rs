//! The command line of `config`: edactl.toml, and what is in force.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::OutputFormat;

/// Arguments of `config`.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// What to do with the configuration.
    #[command(subcommand)]
    pub action: ConfigAction,
}

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigAction {
    /// Write a commented edactl.toml for a pipeline
    Init(ConfigInitArgs),
    /// Tell every setting in force, and where it comes from
    Show(ConfigShowArgs),
    /// Print the path of the configuration file in force
    Path,
    /// Print the JSON Schema of edactl.toml, for editors
    Schema,
}

/// Arguments of `config init`.
#[derive(Debug, Args)]
pub struct ConfigInitArgs {
    /// Take the pipeline from Terraform: its directory, or a file with what `terraform output
    /// -json` or `terraform show -json` printed
    #[arg(long, value_name = "PATH")]
    pub from_terraform: Option<PathBuf>,
    /// Take the pipeline from the CloudFormation (SAM, CDK, Serverless) stack of this name
    #[arg(long, value_name = "NAME", conflicts_with_all = ["from_terraform", "offline"])]
    pub from_stack: Option<String>,
    /// The file to write
    #[arg(long, value_name = "FILE", default_value = "edactl.toml")]
    pub file: PathBuf,
    /// Write over a file that is already there
    #[arg(long)]
    pub force: bool,
    /// Do not ask AWS whether the pipeline is there and what else belongs to it
    #[arg(long)]
    pub offline: bool,
}

/// Arguments of `config show`.
#[derive(Debug, Args)]
pub struct ConfigShowArgs {
    /// Do not ask AWS: leave out what discovery would find
    #[arg(long)]
    pub offline: bool,
    /// How to print the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: OutputFormat,
}
