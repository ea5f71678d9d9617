//! What `send --dry-run` shows: the payloads, and where their markers go.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::render::{
    document_schema::DocumentSchema,
    escape::inline,
    table::{self, counted},
};
use edactl_core::{
    event::{
        Event, Recognition,
        shape::{EventShape, Shape, ShapeBasis},
    },
    run::Plan,
};

const SCHEMA: &str = "edactl.dry-run/2";

/// One invocation that would be made.
pub struct DryInvocation<'a> {
    /// Its event.
    pub event: &'a Event,
    /// The number of the payload before its first.
    pub before: u64,
}

/// The result of `send --dry-run`, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
struct DryRun<'a> {
    /// The name and version of this document.
    schema: &'static str,
    /// Where it would be sent by HTTP instead of an invocation: scheme and host.
    #[serde(skip_serializing_if = "Option::is_none")]
    front_door: Option<&'a str>,
    /// What would be sent, in order.
    invocations: Vec<DryInvocationEntry>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct DryInvocationEntry {
    /// The event's file as it was named, or `stdin`.
    event: String,
    /// Which pieces of the event have to arrive.
    shape: EventShape,
    /// What the producer would be given, markers included: any JSON.
    #[schemars(with = "serde_json::Value")]
    payload: Option<Box<RawValue>>,
    /// The pieces of the event that have to arrive.
    payloads: Vec<DryPayload>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct DryPayload {
    /// What people call it: the entry's key, its pointer, or `event`.
    key: String,
    /// Its place in the event, as a JSON pointer; the whole event's is empty.
    pointer: String,
    /// Its size as a message in bytes, marker included.
    bytes: usize,
    /// How it is recognised on its way.
    recognition: Recognition,
    /// Its marker, where it carries one.
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
    /// How often the marker stands in it.
    markers: usize,
}

/// The invocations as JSON.
#[must_use]
pub fn to_json<'a>(
    plan: &Plan,
    invocations: impl Iterator<Item = DryInvocation<'a>>,
) -> impl Serialize {
    let entries = invocations.map(|invocation| entry(plan, &invocation));
    DryRun {
        schema: SCHEMA,
        front_door: plan.front_door.as_deref(),
        invocations: entries.collect(),
    }
}

fn entry(plan: &Plan, invocation: &DryInvocation<'_>) -> DryInvocationEntry {
    let DryInvocation { event, before } = invocation;
    let markers = plan.markers();
    let marker = |payload: usize| markers.marker(before + payload as u64 + 1);
    let payloads = event.payloads.iter().enumerate();
    DryInvocationEntry {
        event: event.origin.clone(),
        shape: event.shape.clone(),
        payload: RawValue::from_string(event.text(marker)).ok(),
        payloads: payloads
            .map(|(index, payload)| DryPayload {
                key: payload.key.clone(),
                pointer: payload.pointer.clone(),
                bytes: payload.body(&marker(index)).len(),
                recognition: payload.recognition,
                marker: payload.recognition.is_marked().then(|| marker(index)),
                markers: payload.markers(),
            })
            .collect(),
    }
}

/// The invocations as a table, and what they come to.
#[must_use]
pub fn to_table<'a>(plan: &Plan, invocations: impl Iterator<Item = DryInvocation<'a>>) -> String {
    let header = ["#", "event", "payload", "bytes", "recognised by", "marker"];
    let mut shown = table::with_header(&header);
    let mut shapes: Vec<EventShape> = Vec::new();
    for invocation in invocations {
        let entry = entry(plan, &invocation);
        for (seq, payload) in (invocation.before + 1..).zip(entry.payloads) {
            let marker = match (payload.marker, payload.markers) {
                (Some(marker), 0 | 1) => marker,
                (Some(marker), several) => format!("{marker} ({several} times)"),
                (None, _) => "-".to_owned(),
            };
            shown.add_row([
                seq.to_string(),
                inline(&entry.event).into_owned(),
                inline(&payload.key).into_owned(),
                payload.bytes.to_string(),
                payload.recognition.to_string(),
                marker,
            ]);
        }
        if !shapes.contains(&entry.shape) {
            shapes.push(entry.shape);
        }
    }
    let mut text = table::render(&mut shown);
    for shape in &shapes {
        text.push_str(&shape_line(shape));
    }
    let way = plan.front_door.as_ref().map(|place| format!(" to {place}"));
    text.push_str(&format!(
        "dry run: {} in {} would be sent{}; nothing was\n",
        counted(plan.payloads(), "payload"),
        counted(plan.invocations(), "invocation"),
        way.unwrap_or_default(),
    ));
    text
}

/// Which pieces of an event are taken for messages, and why.
fn shape_line(shape: &EventShape) -> String {
    let what = match &shape.messages {
        Shape::Entries => "each top-level entry is a message".to_owned(),
        Shape::Event => "the whole event is a message".to_owned(),
        Shape::Pointer(pointer) => format!("what {pointer} points to is a message"),
        Shape::Unknown => "what becomes a message is not known".to_owned(),
    };
    let why = match shape.basis {
        ShapeBasis::Given => "as --messages or edactl.toml says",
        ShapeBasis::Learned => "as an earlier run showed",
        ShapeBasis::AwsDefined => "by the form of the event",
        ShapeBasis::Guessed => "an assumption, which --messages replaces",
    };
    format!("messages: {}: {what} ({why})\n", shape.messages)
}

/// The schema of that document.
#[must_use]
pub fn json_schema() -> DocumentSchema {
    DocumentSchema::of::<DryRun<'_>>(SCHEMA, "`edactl send --dry-run -o json`")
}
