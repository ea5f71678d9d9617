//! How results look. Results go to stdout; progress, hints and warnings to stderr.

pub mod aws_hint;
pub mod background_writer;
pub mod config_report;
pub mod count_report;
pub mod dlq_export;
pub mod dlq_letters;
pub mod dlq_redrive;
pub mod doctor_report;
pub mod document_schema;
pub mod dry_run;
pub mod escape;
pub mod explain;
pub mod github;
pub mod hints;
pub mod json_line;
pub mod junit;
pub mod local_settings;
pub mod local_status;
pub mod log_line;
pub mod pager;
pub mod progress;
mod report_line;
pub mod runs_diff;
pub mod runs_report;
pub mod schemas;
pub mod send_report;
pub mod table;
pub mod template;
pub mod terminal;
pub mod theme;
pub mod timeline;
pub mod trace_report;
pub mod verify_report;
pub mod verify_words;
pub mod zone;

pub use terminal::{print, print_json};
