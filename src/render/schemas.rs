//! The JSON Schemas of all documents that edactl writes; `schema/` in the repository holds them.

use crate::render::{
    config_report, count_report, dlq_export, dlq_letters, dlq_redrive, doctor_report,
    document_schema::DocumentSchema, dry_run, local_status, log_line, runs_diff, runs_report,
    send_report, trace_report, verify_report,
};

/// The schema of each document.
#[must_use]
pub fn all() -> Vec<DocumentSchema> {
    vec![
        config_report::json_schema(),
        count_report::json_schema(),
        dlq_letters::json_schema(),
        dlq_export::json_schema(),
        dlq_redrive::json_schema(),
        dlq_redrive::dry_run_json_schema(),
        dlq_redrive::cancel_json_schema(),
        doctor_report::json_schema(),
        dry_run::json_schema(),
        local_status::json_schema(),
        log_line::json_schema(),
        runs_diff::json_schema(),
        runs_report::list_json_schema(),
        runs_report::show_json_schema(),
        runs_report::prune_json_schema(),
        send_report::json_schema(),
        trace_report::json_schema(),
        verify_report::json_schema(),
    ]
}
