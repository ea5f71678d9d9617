//! All integration tests in one program: a module a theme, and what they share in `support`.
//!
//! `cargo test --test it doctor::` runs one theme. `PROPTEST_CASES` and `EDACTL_SEED` choose how
//! many random cases are tried and which.

mod support;

mod accounts;
mod aws_settings;
mod bad_input;
mod boto3;
mod completion;
mod config;
mod config_init;
mod consumers_ministack;
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
mod event_shapes;
mod fault_mixes;
mod faults;
mod first_errors;
mod floors;
mod front_door;
mod github;
mod help;
mod hostile;
mod iam;
mod local;
mod logs;
mod logs_choice;
mod logs_complete;
mod logs_insights;
mod logs_ministack;
mod logs_words;
mod numbers;
mod package;
mod proof_stories;
mod reports;
mod runs;
mod screens;
mod send_verify;
mod shapes;
mod suggested;
mod third_party;
mod trace;
