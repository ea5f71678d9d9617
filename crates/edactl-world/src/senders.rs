//! What is sent, and by whom: the run's producer, others before and beside it, and what the
//! producer writes into the log group that it may share with the consumer.

use std::time::Duration;

use super::{
    HORIZON, Ms,
    counts::Counter,
    log::{What, Writer},
    messages::{Letter, Place, Sender},
    metrics::minutes,
    params::{Format, Producer},
    simulation::{Happening, Simulation},
    words::Status,
};

/// When the producer has answered, or would have.
pub const ANSWERED: Ms = 2000;

impl Simulation {
    pub fn prepare(&mut self) {
        let params = self.world.params.clone();
        self.prepare_run();
        for _ in 0..params.backlog {
            let sent = self.rng.range(-100_000, -1000);
            let message = self.message(Sender::Other, sent, params.others_fail, false);
            self.at(sent, Happening::Send(message));
        }
        if params.traffic > 0 {
            let mean = Duration::from_secs(1000) / params.traffic;
            let mut sent = -120_000;
            while sent < 2_100_000 {
                sent += self.rng.wait(mean);
                let message = self.message(Sender::Other, sent, params.others_fail, false);
                self.at(sent, Happening::Send(message));
            }
        }
        if params.twin {
            let sent = self.rng.range(-20_000, 20_000);
            let filtered = self.world.filters_out(0);
            let message = self.message(Sender::Twin, sent, params.fail, filtered);
            self.at(sent, Happening::Send(message));
        }
        if params.dlq {
            self.prepare_letters();
        }
        if params.throttle > 0 {
            let from = self.rng.range(0, 60_000);
            self.throttled = (from, from + params.throttle);
        }
        if let Some(purge) = params.purge_at {
            self.at(purge, Happening::Purge);
        }
        for minute in minutes() {
            self.at(self.world.end_of(minute) - 100, Happening::Minute(minute));
        }
    }

    /// The run's own messages: as many as the producer sends.
    fn prepare_run(&mut self) {
        let planned = self.world.groups.len();
        let fewer = self.rng.below(planned);
        let sends = match self.world.params.producer {
            Producer::Ok => planned,
            Producer::Fewer | Producer::Midway => fewer,
            Producer::LostAnswer if self.rng.chance(667) => planned,
            Producer::LostAnswer => self.rng.below(planned + 1),
        };
        let mut chosen: Vec<usize> = (0..planned).collect();
        while chosen.len() > sends {
            // A producer that leaves some out mostly stops, but may skip any.
            let skipped = match self.world.params.producer {
                Producer::Fewer if self.rng.chance(300) => self.rng.below(chosen.len()),
                _ => chosen.len() - 1,
            };
            chosen.remove(skipped);
        }
        for group in chosen {
            let sent = self.rng.range(50, 1500);
            let filtered = self.world.filters_out(group);
            let fail = self.world.params.fail;
            let message = self.message(Sender::Ours(group), sent, fail, filtered);
            self.world
                .answered_ids
                .push((group, self.world.messages[message].id));
            for payload in self.world.groups[group].clone() {
                self.world.truth[payload].sent = Some(sent);
            }
            self.at(sent, Happening::Send(message));
        }
        self.write_producer();
    }

    /// What the producer and functions beside the consumer write into the group that they share.
    fn write_producer(&mut self) {
        let params = self.world.params.clone();
        let sent = 0..self.world.messages.len();
        if params.shared_group {
            for writer in [Writer::Producer, Writer::Audit] {
                let request = self.rng.uuid();
                let (stream, _) =
                    self.world
                        .log
                        .stream(&params, &mut self.rng, writer, 0, ANSWERED);
                let mut say = |at, what| {
                    self.world
                        .log
                        .write(&params, &mut self.rng, at, stream, request, what);
                };
                say(10, What::Init);
                if params.format != Format::JsonWarn {
                    say(20, What::Start);
                }
                for message in sent.clone() {
                    say(
                        self.world.messages[message].sent,
                        What::Shown(vec![message]),
                    );
                }
                if params.format == Format::Text {
                    say(ANSWERED - 10, What::End);
                }
                if params.format != Format::JsonWarn {
                    say(ANSWERED - 10, What::Report(ANSWERED - 30, Status::Success));
                }
            }
        }
        if params.stray_stream {
            let (stream, _) =
                self.world
                    .log
                    .stream(&params, &mut self.rng, Writer::Stray, 0, HORIZON);
            for message in sent {
                let at = self.world.messages[message].sent;
                let shown = What::Shown(vec![message]);
                self.world
                    .log
                    .write(&params, &mut self.rng, at, stream, 0, shown);
            }
        }
    }

    fn prepare_letters(&mut self) {
        let params = self.world.params.clone();
        for index in 0..params.old_letters + params.foreign_letters {
            let old = index < params.old_letters;
            let arrived = if old {
                -10_000_000 - self.rng.range(0, 100_000_000)
            } else {
                self.rng.range(-60_000, 900_000)
            };
            let message = self.message(Sender::Other, arrived - 200_000, 0, false);
            self.world.messages[message].place = Place::Dead;
            let mut gone = Ms::MAX;
            if index == 0 && old && params.old_expires {
                gone = self.rng.range(0, 300_000);
                self.world.counts.change(Counter::Dlq, gone, -1);
            }
            self.world.counts.change(Counter::Dlq, arrived, 1);
            self.world.letters.push(Letter {
                message,
                arrived,
                gone,
                hidden_until: Ms::MIN,
                receives: params.max_receives,
            });
        }
    }
}
