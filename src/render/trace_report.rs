//! The result of `trace`: one message's life, or the latencies of a run stage by stage.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};
use schemars::JsonSchema;
use serde::Serialize;

use crate::render::{
    document_schema::DocumentSchema,
    escape::inline,
    table, theme,
    timeline::{Step, sent_before},
    verify_report::VerifyReport,
    verify_words::{self, state_name},
    zone,
};
use edactl_core::{
    event::marker::RunId,
    humanize::{self, count},
    latency::{Quantiles, between},
    ledger::{MessageIndex, State},
    report::{ClockDifference, skew_finding},
    sent_times::SentTimes,
};

const SCHEMA: &str = "edactl.trace/2";

/// The result of `trace`, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TraceReport<'a> {
    /// The name and version of this document.
    schema: &'static str,
    /// The run.
    #[schemars(with = "RunId")]
    run: &'a str,
    /// The pipeline's name.
    pipeline: &'a str,
    /// AWS's clock against this machine's; left out when nothing tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    clock: Option<ClockDifference>,
    /// One message's life: where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<MessageLife<'a>>,
    /// The run's latencies, stage by stage: where no message was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    stages: Option<Vec<Stage>>,
}

/// One message's life.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MessageLife<'a> {
    /// Its number in the run, from 1.
    #[schemars(range(min = 1))]
    pub seq: u64,
    /// Its marker.
    pub marker: String,
    /// The event that it comes from.
    pub event: &'a str,
    /// The entry's key.
    pub key: &'a str,
    /// Its state.
    pub state: State,
    /// What happened when, by this machine's clock.
    pub steps: Vec<Step>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Stage {
    /// Where it begins.
    from: Moment,
    /// Where it ends.
    to: Moment,
    /// How long it took; left out where no message tells both times.
    #[serde(flatten)]
    quantiles: Option<Quantiles>,
}

/// A moment in a message's life.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Moment {
    /// The invocation of the producer begins.
    Invoked,
    /// The producer's log shows the message.
    Sent,
    /// The consumer's log shows it first.
    Received,
    /// The invocation that took it ends.
    Done,
}

impl Moment {
    fn name(self) -> &'static str {
        match self {
            Self::Invoked => "invoked",
            Self::Sent => "sent",
            Self::Received => "received",
            Self::Done => "done",
        }
    }
}

impl<'a> TraceReport<'a> {
    /// One message's life.
    #[must_use]
    pub fn of_message(report: VerifyReport<'a>, life: MessageLife<'a>) -> Self {
        Self {
            message: Some(life),
            ..Self::empty(report)
        }
    }

    /// The latencies of a run. Only times that were observed count.
    #[must_use]
    pub fn of_run(report: VerifyReport<'a>, sent: &SentTimes) -> Self {
        Self {
            stages: Some(stages(report, sent)),
            ..Self::empty(report)
        }
    }

    fn empty(report: VerifyReport<'a>) -> Self {
        Self {
            schema: SCHEMA,
            run: report.run.plan.run.as_str(),
            pipeline: &report.run.plan.pipeline.name,
            clock: report.head.clock,
            message: None,
            stages: None,
        }
    }

    /// The report for people.
    #[must_use]
    pub fn to_table(&self, zone: &TimeZone) -> String {
        let mut text = match (&self.message, &self.stages) {
            (Some(life), _) => life.to_table(zone),
            (None, Some(stages)) => self.stage_table(stages),
            (None, None) => String::new(),
        };
        if let Some(finding) = self.clock.and_then(skew_finding) {
            let note = theme::paint(theme::WARN, "note:");
            // Before the last line, which says it all.
            let last = text.trim_end().rfind('\n').map_or(0, |end| end + 1);
            text.insert_str(
                last,
                &format!("{note} {}\n", verify_words::finding(&finding)),
            );
        }
        text
    }

    fn stage_table(&self, stages: &[Stage]) -> String {
        let mut shown = table::with_header(&["stage", "messages", "p50", "p90", "p99", "max"]);
        let show = humanize::duration;
        for stage in stages {
            let name = format!("{} → {}", stage.from.name(), stage.to.name());
            match &stage.quantiles {
                Some(found) => shown.add_row([
                    name,
                    count(found.count),
                    show(found.p50),
                    show(found.p90),
                    show(found.p99),
                    show(found.max),
                ]),
                None => shown.add_row([&name, "0", "-", "-", "-", "-"]),
            };
        }
        let mut text = table::render(&mut shown);
        text.push('\n');
        let total = stages.last().and_then(|stage| stage.quantiles);
        let sentence = total.map_or_else(
            || "no message is known to be done".to_owned(),
            |total| {
                format!(
                    "half of the messages were done within {}, all within {}",
                    show(total.p50),
                    show(total.max)
                )
            },
        );
        text.push_str(&format!("run {}: {sentence}\n", self.run));
        text
    }
}

fn stages(report: VerifyReport<'_>, sent: &SentTimes) -> Vec<Stage> {
    let skew = report.head.skew();
    let ours = |at: Option<Timestamp>| at.map(|at| skew.ours(at));
    let times = || {
        let places = report.run.plan.positions().zip(0..report.messages.count());
        places.map(|(place, index)| {
            let (seen, done) = report.messages.seen_and_done(index);
            let message = MessageIndex::try_from(index).unwrap_or(MessageIndex::MAX);
            [
                report.run.invoked(place.invocation),
                ours(sent_before(sent.of(message), seen)),
                ours(seen),
                ours(done),
            ]
        })
    };
    let hops = [
        (Moment::Invoked, Moment::Sent),
        (Moment::Sent, Moment::Received),
        (Moment::Received, Moment::Done),
        (Moment::Invoked, Moment::Done),
    ];
    // One after the other: of a million messages each holds megabytes.
    let mut spans: Vec<Duration> = Vec::with_capacity(report.messages.count());
    let stage = |(from, to): (Moment, Moment)| {
        spans.clear();
        spans.extend(times().filter_map(|times| {
            let [begin, end] = [from, to].map(|moment| times[moment as usize]);
            Some(between(begin?, end?))
        }));
        Stage {
            from,
            to,
            quantiles: Quantiles::of(&mut spans),
        }
    };
    hops.into_iter().map(stage).collect()
}

impl MessageLife<'_> {
    fn to_table(&self, zone: &TimeZone) -> String {
        let mut text = format!(
            "message {} of {}, entry {}\nmarker {}\n\n",
            self.seq,
            inline(self.event),
            inline(self.key),
            self.marker
        );
        let mut shown = table::with_header(&["time", "after", "what", "source", "detail"]);
        let first = self.steps.first().and_then(|step| step.at);
        let last = self.steps.iter().filter_map(|step| step.at).max();
        let clock = Clock::of(zone, first.zip(last));
        for step in &self.steps {
            let detail = [
                step.detail.clone(),
                step.request_id
                    .as_ref()
                    .map(|id| format!("request id {id}")),
            ];
            let after = first
                .zip(step.at)
                .map(|(first, at)| humanize::duration(between(first, at)));
            shown.add_row([
                step.at.map_or_else(|| "-".to_owned(), |at| clock.show(at)),
                after.unwrap_or_else(|| "-".to_owned()),
                step.what.to_owned(),
                step.source.name().to_owned(),
                inline(&detail.into_iter().flatten().collect::<Vec<_>>().join(", ")).into_owned(),
            ]);
        }
        text.push_str(&table::render(&mut shown));
        if let Some(first) = first {
            text.push_str(&clock.name(first));
        }
        let style = if self.state == State::Taken {
            theme::GOOD
        } else {
            theme::BAD
        };
        text.push_str(&format!(
            "\n{}{}\n",
            theme::paint(style, state_name(self.state)),
            self.ending(first)
        ));
        text
    }

    fn ending(&self, first: Option<Timestamp>) -> String {
        let attempts = self
            .steps
            .iter()
            .filter(|step| step.what == "received")
            .count();
        let attempts = table::counted(attempts as u64, "attempt");
        let done = self.steps.iter().find(|step| step.what == "done");
        match first.zip(done.and_then(|step| step.at)) {
            Some((first, done)) => {
                format!(
                    " {} after it was invoked, {attempts}",
                    humanize::duration(between(first, done))
                )
            }
            None => format!(", {attempts}"),
        }
    }
}

/// How the times of a message's steps are shown, to the millisecond.
struct Clock<'a> {
    zone: &'a TimeZone,
    /// Whether the steps are of several days.
    has_days: bool,
    /// Whether the zone's clocks change between them, so that a time alone could be one of two.
    has_offsets: bool,
}

impl<'a> Clock<'a> {
    /// For steps between two moments.
    fn of(zone: &'a TimeZone, span: Option<(Timestamp, Timestamp)>) -> Self {
        let day = |at: Timestamp| at.to_zoned_datetime(zone.clone()).date();
        Self {
            zone,
            has_days: span.is_some_and(|(first, last)| day(first) != day(last)),
            has_offsets: span.is_some_and(|span| zone::changes(zone, span)),
        }
    }

    fn show(&self, at: Timestamp) -> String {
        let day = if self.has_days { "%Y-%m-%d " } else { "" };
        let offset = if self.has_offsets { "%:z" } else { "" };
        at.to_zoned_datetime(self.zone.clone())
            .strftime(&format!("{day}%H:%M:%S%.3f{offset}"))
            .to_string()
    }

    /// The line that names the zone, and the day where the times do not.
    fn name(&self, first: Timestamp) -> String {
        let zone = zone::name(self.zone, first);
        if self.has_days {
            return format!("times in {zone}\n");
        }
        let day = first
            .to_zoned_datetime(self.zone.clone())
            .strftime("%Y-%m-%d");
        format!("times of {day} in {zone}\n")
    }
}

/// The schema of that document.
#[must_use]
pub fn json_schema() -> DocumentSchema {
    DocumentSchema::of::<TraceReport<'_>>(SCHEMA, "`edactl trace -o json`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::timeline::Source;

    /// The table of a message that was invoked and done at these times.
    fn shown(invoked: &str, done: &str, zone: &str) -> String {
        let step = |what, at: &str| Step {
            at: Some(at.parse().unwrap()),
            what,
            source: Source::Observed,
            request_id: None,
            detail: None,
        };
        let life = MessageLife {
            seq: 1,
            marker: "edactl-0gq3s9gd13nq-1".into(),
            event: "event.json",
            key: "first",
            state: State::Taken,
            steps: vec![step("invoked", invoked), step("done", done)],
        };
        life.to_table(&TimeZone::get(zone).unwrap())
    }

    #[test]
    fn times_on_both_sides_of_a_change_of_summer_time_have_their_offset() {
        // The clocks are set back from 03:00 to 02:00: the later time looks like the earlier.
        let back = shown(
            "2026-10-25T00:59:58Z",
            "2026-10-25T01:00:03Z",
            "Europe/Berlin",
        );
        for part in [
            "\n02:59:58.000+02:00  0 ms   invoked",
            "\n02:00:03.000+01:00  5 s    done",
            "\ntimes of 2026-10-25 in Europe/Berlin (+02:00)\n",
        ] {
            assert!(back.contains(part), "{part} in {back}");
        }
        // An hour later, and in a zone without summer time, a time alone tells.
        for (invoked, done, zone) in [
            (
                "2026-10-25T02:59:58Z",
                "2026-10-25T03:00:03Z",
                "Europe/Berlin",
            ),
            ("2026-10-25T00:59:58Z", "2026-10-25T01:00:03Z", "UTC"),
        ] {
            let plain = shown(invoked, done, zone);
            assert!(plain.contains("03.000  5 s    done"), "{plain}");
            assert!(plain.contains("\ntimes of 2026-10-25 in "), "{plain}");
        }
    }

    #[test]
    fn times_of_two_days_have_their_day() {
        let text = shown("2026-11-24T23:59:58Z", "2026-11-25T00:00:03Z", "UTC");
        for part in [
            "\n2026-11-24 23:59:58.000  0 ms   invoked",
            "\n2026-11-25 00:00:03.000  5 s    done",
            "\ntimes in UTC\n",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
