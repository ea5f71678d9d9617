//! What is known of a run, without a word on what it proves: the events that were sent, the record of
//! sending them, the lines that were read, the pipeline. Judging these facts is `edactl-core`'s work.
//!
//! | module | what lives there |
//! |---|---|
//! | [`event`] | events: shapes, entries, markers, canonical form |
//! | [`run`] | what was planned and sent, as it is recorded |
//! | [`line`] | what a log line says |
//! | [`print`](mod@print) | values as programs of any language print them |
//! | [`topology`] | what the pipeline consists of |
//! | [`observation`] | what a source said at one look |
//! | [`clock`] | how far AWS's clock is ahead of this machine's |
//! | [`humanize`], [`moment`] | durations, numbers and times as people write them |
//! | [`schema`] | JSON Schemas of what is written in one form and held in another |

pub mod clock;
pub mod event;
pub mod humanize;
pub mod line;
pub mod moment;
pub mod observation;
pub mod print;
pub mod run;
pub mod schema;
pub mod topology;
