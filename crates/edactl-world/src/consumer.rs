//! The consumer: its invocations, how they end, and what they write.

use super::{
    Ms,
    invocation::Invocation,
    log::{What, Writer},
    messages::{Place, Sender},
    params::{Format, Kind, Means, Runtime, When},
    simulation::{Happening, Simulation},
    words::{LOOKALIKES, Status},
};

impl Simulation {
    pub fn invoke(&mut self, now: Ms, batch: Vec<usize>) {
        let params = self.world.params.clone();
        let cold = if self.rng.chance(100) { 1000 } else { 0 };
        let start = now + self.rng.range(10, 300) + cold;
        let limit = params.function_timeout;
        let took = if params.long_runs {
            self.rng.range(500, limit * 95 / 100)
        } else {
            self.rng.range(50, 1500).min(limit * 98 / 100)
        };
        let kinds: Vec<Kind> = batch
            .iter()
            .map(|&message| {
                let message = &self.world.messages[message];
                let attempt = usize::try_from(message.receives)
                    .unwrap_or(1)
                    .saturating_sub(1);
                message.plan.get(attempt).copied().unwrap_or(Kind::Ok)
            })
            .collect();
        let took = if kinds.contains(&Kind::Timeout) {
            limit
        } else {
            took
        };
        let end = start + took;
        let request = self.rng.uuid();
        let (stream, new) =
            self.world
                .log
                .stream(&params, &mut self.rng, Writer::Consumer, start, end);
        let invocation = Invocation {
            request,
            stream,
            start,
            batch,
            kinds,
        };
        self.world
            .events
            .invocations
            .push((start, invocation.fails()));
        for (index, &message) in invocation.batch.iter().enumerate() {
            self.world.events.invoked.push(start);
            if self.world.messages[message].sender != Sender::Other {
                let kind = match invocation.kinds[index] {
                    Kind::Ok if invocation.fails() => "well by itself, but the batch fails".into(),
                    kind => format!("{kind:?}"),
                };
                let receives = self.world.messages[message].receives;
                let what = format!("received by the consumer, attempt {receives}: {kind}");
                self.tell(start, message, &what);
            }
        }
        if new {
            self.write(start, &invocation, What::Init);
        }
        if params.format != Format::JsonWarn {
            self.write(start, &invocation, What::Start);
        }
        self.write_application(&invocation, took);
        let index = self.invocations.len();
        self.invocations.push(invocation);
        self.at(end, Happening::Ended(index));
    }

    fn write(&mut self, at: Ms, invocation: &Invocation, what: What) -> Ms {
        let world = &mut self.world;
        let (stream, request) = (invocation.stream, invocation.request);
        world
            .log
            .write(&world.params, &mut self.rng, at, stream, request, what)
    }

    fn write_application(&mut self, invocation: &Invocation, took: Ms) {
        let (start, end) = (invocation.start, invocation.start + took);
        let early = invocation.has(Kind::ThrowEarly);
        if self.rng.chance(self.world.params.lookalikes) {
            let which = self.rng.below(LOOKALIKES.len());
            self.write(start, invocation, What::Lookalike(which));
        }
        if self.world.params.means == Means::Nothing && !early {
            self.write(start, invocation, What::Note(invocation.batch.len()));
        }
        let shown: Vec<usize> = invocation
            .batch
            .iter()
            .zip(&invocation.kinds)
            .enumerate()
            .filter(|(index, (message, kind))| {
                !early && self.shows(**message, *index, **kind, invocation.fails())
            })
            .map(|(_, (message, _))| *message)
            .collect();
        let after = self.world.params.when == When::After;
        let lines: Vec<Vec<usize>> = if self.world.params.one_line && !shown.is_empty() {
            vec![shown]
        } else {
            shown.into_iter().map(|message| vec![message]).collect()
        };
        for messages in lines {
            let at = if after {
                end
            } else {
                start + self.rng.range(0, took.min(200))
            };
            let payloads: Vec<usize> = messages
                .iter()
                .flat_map(|&message| self.carried(message))
                .collect();
            let readable = self.write(at, invocation, What::Shown(messages));
            for payload in payloads {
                let shown = &mut self.world.truth[payload].shown;
                *shown = Some(shown.map_or(readable, |earlier| earlier.min(readable)));
            }
        }
        for kind in &invocation.kinds {
            match kind {
                Kind::Swallow => self.write(end, invocation, What::Caught),
                Kind::ThrowText if self.world.params.runtime != Runtime::Custom => {
                    self.write(end, invocation, What::Thrown)
                }
                _ => 0,
            };
        }
    }

    /// Whether the consumer's log shows this message of a batch.
    fn shows(&self, message: usize, index: usize, kind: Kind, fails: bool) -> bool {
        let params = &self.world.params;
        let message = &self.world.messages[message];
        params.means != Means::Nothing
            && match params.when {
                When::Before => true,
                When::First => index == 0,
                When::After => !fails && kind != Kind::Quiet,
                When::Sampled => message.id.is_multiple_of(2),
            }
    }

    pub fn ended(&mut self, now: Ms, index: usize) {
        let batch = std::mem::take(&mut self.invocations[index].batch);
        let kinds = std::mem::take(&mut self.invocations[index].kinds);
        let Invocation {
            request,
            stream,
            start,
            ..
        } = self.invocations[index];
        let invocation = Invocation {
            request,
            stream,
            start,
            batch,
            kinds,
        };
        let fails = invocation.fails();
        self.write_end(now, &invocation, fails);
        for (&message, &kind) in invocation.batch.iter().zip(&invocation.kinds) {
            if fails || kind == Kind::Quiet {
                self.world.events.failed.push(start);
            }
            if self.world.messages[message].place != Place::InFlight {
                continue;
            }
            if fails {
                self.fail(now, message, &invocation);
            } else if kind != Kind::Quiet {
                self.world.events.deleted_by_mapping.push(now);
                self.delete(now, message, "taken: deleted after success");
                if self.rng.chance(self.world.params.ghost) {
                    let at = now + self.rng.range(1000, 90_000);
                    self.copy(at, message);
                }
            }
        }
    }

    fn write_end(&mut self, now: Ms, invocation: &Invocation, fails: bool) {
        let took = now - invocation.start;
        let timeout = invocation.has(Kind::Timeout);
        let status = match (timeout, fails) {
            (true, _) => Status::Timeout,
            (false, true) => Status::Failure,
            (false, false) => Status::Success,
        };
        match self.world.params.format {
            Format::Text => {
                self.write(now, invocation, What::End);
                // Since 2026 a timeout may stand in the report alone, which comes later.
                let later = if timeout {
                    now + self.rng.range(0, 8000)
                } else {
                    now
                };
                if timeout && self.rng.chance(500) {
                    self.write(later, invocation, What::TimedOut);
                }
                self.write(later, invocation, What::Report(took, status));
            }
            Format::JsonWarn if !fails => {}
            Format::Json | Format::JsonWarn => {
                self.write(now, invocation, What::Report(took, status));
            }
        }
    }

    fn fail(&mut self, now: Ms, message: usize, invocation: &Invocation) {
        if self.rng.chance(self.world.params.self_delete) {
            self.delete(now, message, "taken: deleted by the consumer itself");
        } else if invocation.has(Kind::VisibleAtOnce) {
            let moves = self.world.messages[message].moves;
            self.visible(now, message, moves);
        } else if invocation.has(Kind::VisibleLate) {
            self.world.messages[message].moves += 1;
            let moves = self.world.messages[message].moves;
            self.at(now + 600_000, Happening::Visible(message, moves));
        }
    }
}
