//! What the pipeline is and what was sent to it: configuration, discovery, events, recorded runs.

pub mod canonical;
pub mod config;
pub mod config_draft;
pub mod config_keys;
pub mod config_places;
pub mod discovery;
pub mod discovery_cache;
mod environment;
pub mod event;
pub mod evidence;
pub mod infrastructure;
pub mod marker;
pub mod message_id;
pub mod receipt;
pub mod run;
pub mod run_store;
mod search;
