//! All integration tests in one program: a module a theme, and what they share in `support`.
//!
//! `cargo test --test it doctor::` runs one theme. `PROPTEST_CASES` and `EDACTL_SEED` choose how
//! many random cases are tried and which.

mod support;

mod aws_settings;
mod bad_input;
mod boto3;
mod config;
mod config_init;
mod deploy_files;
mod deployed;
mod discovery;
mod discovery_ministack;
mod dlq;
mod dlq_ministack;
mod docs;
mod doctor;
mod embedded_endpoints;
mod embedded_faults;
mod endpoints;
mod fault_mixes;
mod faults;
mod first_errors;
mod floors;
mod front_door;
mod github;
mod hostile;
mod iam;
mod local;
mod logs;
mod logs_choice;
mod logs_complete;
mod logs_insights;
mod logs_ministack;
mod reports;
mod runs;
mod send_verify;
mod shapes;
mod third_party;
mod trace;
