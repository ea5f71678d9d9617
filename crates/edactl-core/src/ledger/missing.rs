//! What is said of the payloads that nothing shows: nothing is lost without positive grounds.

use std::{cmp::Ordering, collections::HashMap};

use crate::ledger::{
    Awaited, InvocationIndex, Judgement, Ledger, Means, MessageIndex, Metric, SendStatus, State,
    Sums, millis,
};

/// A consumer that logged as many others, each of them, logs each message.
const HABIT: u64 = 8;

/// What is said of the payloads that were sent for certain and that nothing shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absence {
    /// They may still come.
    Open(Awaited),
    /// They left the queue, and may have been taken.
    Untraced,
    /// Each of them is lost.
    Lost,
    /// So many messages are lost, of more that nothing shows as taken.
    SomeLost(u64),
    /// The only one that the log does not show, of a consumer that logs each.
    LostByHabit(MessageIndex),
    /// The mapping's filter took them.
    Filtered,
    /// The metrics count no more sent than are known: what is in doubt was not sent.
    NoneLeft,
}

impl Absence {
    /// The state of a payload that was sent for certain and that nothing shows.
    pub fn state(self, ledger: &Ledger, message: MessageIndex) -> State {
        match self {
            Self::Open(_) => State::Waiting,
            Self::Lost => State::Lost,
            Self::SomeLost(_) => State::SomeLost,
            Self::LostByHabit(lost) if ledger.carrier(lost) == ledger.carrier(message) => {
                State::Lost
            }
            Self::LostByHabit(_) | Self::Untraced | Self::NoneLeft => State::Untraced,
            Self::Filtered => State::Filtered,
        }
    }
}

/// What is known of all messages of the run together, counted by message.
#[derive(Debug)]
struct Survey {
    /// Of which no payload is seen, sent for certain.
    unseen: u64,
    /// Of which no payload is seen, and perhaps not sent.
    doubtful: u64,
    /// Received and not taken, as far as is known.
    open: u64,
    /// Seen, at the consumer or dead.
    seen: u64,
    /// Seen in the consumer's log: a dead letter is no sign that it logs each message.
    logged: u64,
    /// The weakest means by which one was recognised at best.
    weakest: Means,
    /// Whether the producer itself said of each of those unseen that it sent it. A count of sent
    /// messages that is the run's by chance makes none lost.
    all_said: bool,
    /// The first payload that is not seen.
    first_unseen: Option<MessageIndex>,
}

/// What is known of one message.
mod flag {
    pub const SEEN: u8 = 1;
    pub const OPEN: u8 = 2;
    pub const UNSEEN: u8 = 4;
    pub const DOUBTFUL: u8 = 8;
    pub const LOGGED: u8 = 16;
}

impl Judgement<'_> {
    pub(super) fn absence(&self) -> Absence {
        let survey = self.survey();
        if survey.unseen == 0 && survey.doubtful == 0 {
            return Absence::Open(Awaited::Nothing);
        }
        match self.settled_since() {
            Ok(since) => self.absence_settled(&survey, since),
            Err(awaited) => Absence::Open(awaited),
        }
    }

    fn survey(&self) -> Survey {
        let ledger = self.ledger();
        let mut messages = vec![0_u8; ledger.len()];
        let mut weakest = Means::Marker;
        let mut first_unseen = None;
        let mut all_said = true;
        for (message, counts) in self.counts_as_asked() {
            if let Some(means) = counts.means {
                weakest = weakest.max(means);
            }
            let logged = if counts.received > 0 { flag::LOGGED } else { 0 };
            let flags = match counts.state {
                State::Unattempted | State::NotSent => 0,
                State::DeadLettered | State::Taken => flag::SEEN,
                State::Received | State::Failing => flag::SEEN | flag::OPEN,
                _ => {
                    first_unseen = first_unseen.or(Some(message));
                    if self.is_certain(message) {
                        all_said &= ledger.send_status(message).is_certain();
                        flag::UNSEEN
                    } else {
                        flag::DOUBTFUL
                    }
                }
            };
            messages[ledger.carrier(message) as usize] |= flags | logged;
        }
        let count = |wanted: u8| {
            let of_kind = |flags: &&u8| match wanted {
                flag::UNSEEN => **flags & flag::SEEN == 0 && **flags & wanted != 0,
                flag::DOUBTFUL => **flags == wanted,
                _ => **flags & wanted != 0,
            };
            messages.iter().filter(of_kind).count() as u64
        };
        Survey {
            unseen: count(flag::UNSEEN),
            doubtful: count(flag::DOUBTFUL),
            open: count(flag::OPEN),
            seen: count(flag::SEEN),
            logged: count(flag::LOGGED),
            weakest,
            all_said,
            first_unseen,
        }
    }

    /// The look since which what was not seen has had its time, or what is still waited for.
    fn settled_since(&self) -> Result<u64, Awaited> {
        let ledger = self.ledger();
        let waits = &ledger.waits;
        let lag = millis(waits.counter_lag);
        let floor = millis(ledger.sending.sent_by + ledger.facts.delay) + lag;
        let since = match (self.zeros.first(), self.young_since()) {
            (Some(zero), _) => {
                let since = (*zero).max(floor);
                let last = self.zeros.last().copied().unwrap_or(0);
                if self.zeros.len() < 2 || last < since + lag {
                    return Err(Awaited::SecondLook {
                        due_ms: since + lag,
                    });
                }
                since
            }
            (None, Some(young)) => young.max(floor),
            (None, None) if ledger.looks.last().is_none() => return Err(Awaited::QueueCounters),
            (None, None) => return Err(Awaited::Zero),
        };
        let due = since + millis(waits.settle_loss);
        if self.now < due {
            return Err(Awaited::Settling { due_ms: due });
        }
        if ledger.log_read.is_none_or(|read| read < due) {
            return Err(Awaited::LogEnd);
        }
        if !self.dlq_is_accounted_for(since) {
            return Err(Awaited::DeadLetters);
        }
        Ok(since)
    }

    /// When it was published that the queue's oldest message is younger than the run.
    fn young_since(&self) -> Option<u64> {
        let ledger = self.ledger();
        let answered = ledger.sending.answered.as_millisecond();
        let delay = i64::try_from(millis(ledger.facts.delay)).unwrap_or(i64::MAX);
        let first = Ledger::minute(answered.saturating_add(delay));
        let ages = ledger.metrics.minutes(Metric::OldestAge);
        let young = ages.filter(|(minute, age, _)| {
            let end = (minute + 1) * 60_000;
            let age = i64::try_from(*age).unwrap_or(i64::MAX);
            *minute > first && (age + 1).saturating_mul(1000) < end - answered
        });
        young.map(|(_, _, from)| from).min()
    }

    fn absence_settled(&self, survey: &Survey, since: u64) -> Absence {
        let ledger = self.ledger();
        let lag = millis(ledger.waits.counter_lag);
        let doubt = millis(ledger.sending.clock_uncertainty);
        let last = Ledger::minute(ledger.aws_clock(since + lag + doubt)).max(self.last_minute);
        let minutes = ledger.first_minute()..=last;
        let Some(at) = self.metrics_at else {
            return self.absence_unmetered(survey);
        };
        let sums = ledger.metric_sums(minutes.clone(), at, &self.ran);
        if !sums.queue_full {
            return self.absence_unmetered(survey);
        }
        let before = at.checked_sub(millis(ledger.waits.metrics_unchanged));
        let is_unchanged = before.is_some_and(|before| {
            let then = ledger.metric_sums(minutes.clone(), before, &self.ran);
            let key = |it: &Sums| (it.sent, it.received, it.deleted, it.queue_full);
            key(&sums) == key(&then)
        });
        if !is_unchanged || !self.is_settled {
            return Absence::Open(Awaited::Metrics);
        }
        let known = survey.seen + survey.unseen;
        // Of an assumed shape several payloads may have come in one message.
        let is_told_apart = ledger.sending.is_shape_known || sums.sent == 0;
        if sums.sent == known && survey.doubtful > 0 && survey.unseen == 0 && is_told_apart {
            return Absence::NoneLeft;
        }
        if sums.sent != ledger.sending.messages || survey.unseen == 0 {
            return self.absence_unmetered(survey);
        }
        let gone = sums.deleted + ledger.letters_of_run();
        let short = sums.sent.saturating_sub(gone);
        let published = |metric| ledger.metrics.published(metric, minutes.clone(), at);
        if ledger.facts.has_filter
            && published(Metric::FilteredOutEvents) == Some(survey.unseen)
            && published(Metric::PolledEvents) == Some(sums.sent)
            && survey.doubtful == 0
        {
            return Absence::Filtered;
        }
        if short == 0 || !survey.all_said {
            return Absence::Untraced;
        }
        // The age of the oldest message leaves out what was received three times.
        if self.zeros.is_empty() {
            return Absence::Open(Awaited::Zero);
        }
        match (survey.unseen + survey.open).cmp(&short) {
            Ordering::Equal => Absence::Lost,
            Ordering::Greater => Absence::SomeLost(short),
            // More is missing than what is open: something that was called taken was not.
            Ordering::Less => Absence::Untraced,
        }
    }

    /// Where no metrics speak, or they count others' messages too.
    fn absence_unmetered(&self, survey: &Survey) -> Absence {
        let is_habit = !self.ledger().facts.loses_lines
            && survey.unseen == 1
            && survey.doubtful == 0
            && survey.logged >= HABIT
            && survey.logged == survey.seen
            && !self.is_unexplained
            && self.logs_each_of_a_batch();
        match survey.first_unseen {
            Some(message) if is_habit && self.would_be_told(message, survey.weakest) => {
                Absence::LostByHabit(message)
            }
            _ => Absence::Untraced,
        }
    }

    /// Whether the payload would be told in the way in which each of the others was.
    fn would_be_told(&self, message: MessageIndex, means: Means) -> bool {
        let ledger = self.ledger();
        match means {
            Means::Marker => ledger.group_of(message).is_none(),
            Means::MessageId => ledger.send_status(message) == SendStatus::Named,
            Means::Content | Means::Values => false,
        }
    }

    /// Whether two messages were seen in one invocation, or each comes alone: then the consumer
    /// logs each message, not only the first of a batch.
    fn logs_each_of_a_batch(&self) -> bool {
        let ledger = self.ledger();
        if ledger.facts.batch_size == Some(1) {
            return true;
        }
        let mut shown: HashMap<InvocationIndex, u32> = HashMap::new();
        let end = MessageIndex::try_from(ledger.len()).unwrap_or(MessageIndex::MAX);
        for message in 0..end {
            let carrier = ledger.carrier(message);
            for receipt in ledger.receipts.of(message) {
                if *shown.entry(receipt.invocation).or_insert(carrier) != carrier {
                    return true;
                }
            }
        }
        false
    }
}
