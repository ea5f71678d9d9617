//! `config show`: every setting in force and where it comes from.

use std::{fmt, path::PathBuf};

use schemars::JsonSchema;
use serde::Serialize;

use crate::render::{document_schema::DocumentSchema, table};

const SCHEMA: &str = "edactl.config/1";

/// Where a setting's value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Source {
    /// An option on the command line.
    Flag {
        /// The option, such as `--queue`.
        option: String,
    },
    /// An environment variable.
    Environment {
        /// Its name.
        variable: String,
    },
    /// edactl.toml.
    File {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// The AWS configuration files.
    AwsFiles,
    /// Found in the account, from what is named.
    Discovery,
    /// The embedded pipeline brings it along.
    Embedded,
    /// Nobody said anything.
    Default,
    /// There is no value.
    Unset,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag { option } => f.write_str(option),
            Self::Environment { variable } => write!(f, "${variable}"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::AwsFiles => f.write_str("the AWS configuration files"),
            Self::Discovery => f.write_str("discovery"),
            Self::Embedded => f.write_str("the embedded pipeline"),
            Self::Default => f.write_str("default"),
            Self::Unset => f.write_str("-"),
        }
    }
}

/// One setting in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// Its value as it would be written; none: unset.
    pub value: Option<String>,
    /// Where the value comes from.
    pub from: Source,
}

/// Every setting in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConfigReport {
    /// The name and version of this document.
    pub schema: &'static str,
    /// The configuration file in force; null: none.
    pub file: Option<PathBuf>,
    /// The settings.
    pub settings: Vec<Setting>,
}

impl ConfigReport {
    /// A report of these settings.
    #[must_use]
    pub fn new(file: Option<PathBuf>, settings: Vec<Setting>) -> Self {
        Self {
            schema: SCHEMA,
            file,
            settings,
        }
    }

    /// The report for people.
    #[must_use]
    pub fn to_table(&self) -> String {
        let mut shown = table::with_header(&["setting", "value", "from"]);
        for Setting { name, value, from } in &self.settings {
            let value = value.as_deref().unwrap_or("-");
            shown.add_row([*name, value, &from.to_string()]);
        }
        table::render(&mut shown)
    }
}

/// The schema of that document.
#[must_use]
pub fn json_schema() -> DocumentSchema {
    DocumentSchema::of::<ConfigReport>(SCHEMA, "`edactl config show -o json`")
}
