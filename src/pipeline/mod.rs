//! What the pipeline is and what was sent to it: configuration, discovery, events, recorded runs.

pub mod canonical;
pub mod config;
pub mod discovery;
pub mod event;
pub mod evidence;
pub mod marker;
pub mod message_id;
pub mod receipt;
pub mod run;
pub mod run_store;
