//! What one pipeline is like and what goes wrong in it, and how the assumptions of a proof are held.

use super::{Ms, rng::Rng};

/// What the producer's answer says of the messages that it put on the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    Ids,
    Count,
    Nothing,
}

/// What the producer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Producer {
    Ok,
    /// Sends fewer messages than planned and answers as if nothing were wrong.
    Fewer,
    /// Fails when it has sent some.
    Midway,
    /// Sends all or some, and its answer never arrives.
    LostAnswer,
}

/// Which entries of the event are objects, so that they take a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marked {
    All,
    /// Every second entry is a plain text.
    Mixed,
    /// The event was sent untouched.
    None,
}

/// By what the consumer's log shows a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    Marker,
    Id,
    /// Printed by a typed consumer that dropped the marker.
    Content,
    Nothing,
}

/// When the consumer logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Before,
    /// At the end, and only when it succeeded.
    After,
    /// Only the first record of each batch.
    First,
    Sampled,
}

/// The function's logging configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Text,
    /// JSON with the system log level INFO: each invocation has a report with its status.
    Json,
    /// JSON with the system log level WARN: only failures have one.
    JsonWarn,
}

/// Whose words the log has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runtime {
    Python,
    Node,
    Node24,
    Java,
    Dotnet,
    Go,
    Ruby,
    Rust,
    Custom,
}

/// What the producer puts around an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrap {
    None,
    Object,
    /// The entry is JSON text in a JSON string, as in an SNS envelope.
    Text,
}

/// How an attempt at a message ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Ok,
    /// The whole batch fails, and the log has no word of it.
    ThrowSilent,
    /// The whole batch fails, in the runtime's own words.
    ThrowText,
    /// The whole batch fails before anything was logged.
    ThrowEarly,
    /// The message is named in `batchItemFailures`; the invocation succeeds.
    Quiet,
    Timeout,
    /// The batch fails, and the consumer makes its messages visible at once.
    VisibleAtOnce,
    /// The batch fails, and the consumer hides its messages for ten minutes.
    VisibleLate,
    /// An error is logged, and the message taken.
    Swallow,
}

impl Kind {
    /// Whether the whole invocation fails.
    pub fn fails_batch(self) -> bool {
        !matches!(self, Self::Ok | Self::Quiet | Self::Swallow)
    }
}

/// When the queue's answer lacks `ApproximateNumberOfMessagesDelayed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    Never,
    Sometimes,
    Always,
}

/// What stands in each order that looks like something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trap {
    None,
    TimeoutWords,
    ErrorKeys,
    PlatformType,
}

/// One pipeline. Probabilities are per mille; times are milliseconds unless the name says seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent property of a world"
)]
pub struct Params {
    pub payloads: usize,
    /// All payloads travel in one message, which holds the whole event.
    pub one_message: bool,
    pub claim: Claim,
    /// A producer that sends fewer claims the planned number all the same.
    pub lies: bool,
    pub producer: Producer,
    pub marked: Marked,
    pub means: Means,
    pub when: When,
    /// One line for a whole batch.
    pub one_line: bool,
    /// With `Means::Marker`: the whole payload is printed, else the marker alone.
    pub whole: bool,
    /// Payloads are printed as JSON rather than in the runtime's own way.
    pub json_print: bool,
    pub format: Format,
    pub runtime: Runtime,
    pub trap: Trap,
    pub delay: Ms,
    pub visibility: Ms,
    pub max_receives: u32,
    pub dlq: bool,
    pub batch: usize,
    pub item_failures: bool,
    pub filter: bool,
    pub wrap: Wrap,
    pub window: Ms,
    pub throttle: Ms,
    pub function_timeout: Ms,
    pub long_runs: bool,
    pub fail: u32,
    pub kinds: &'static [Kind],
    /// How many attempts at a message of a failing payload fail.
    pub fails: usize,
    pub self_delete: u32,
    pub steal: u32,
    pub purge_at: Option<Ms>,
    pub duplicate: u32,
    pub ghost: u32,
    /// Messages of others in a thousand seconds.
    pub traffic: u32,
    pub others_fail: u32,
    pub backlog: usize,
    pub twin: bool,
    pub late: u32,
    pub late_max: Ms,
    /// Lines that the reader is given a second time.
    pub repeated: u32,
    /// While the reader is throttled it cannot read the log to its end.
    pub unreadable: Option<(Ms, Ms)>,
    /// The longest that a counter of the queue may lag.
    pub lag: Ms,
    pub sticky: bool,
    pub absent_delayed: Absent,
    /// How many letters of a thousand one peek shows.
    pub peek: u32,
    pub old_letters: usize,
    pub old_expires: bool,
    /// Letters that other queues send to the same dead-letter queue.
    pub foreign_letters: usize,
    /// The clock of edactl's machine less AWS's.
    pub skew: Ms,
    /// How far into a minute of AWS's clock the send happens.
    pub phase: Ms,
    pub metrics_late: Ms,
    pub metrics_missing: u32,
    pub metrics_half: u32,
    /// Errors and Invocations may lack the same invocations for longer than five minutes.
    pub metrics_agree_late: bool,
    pub wake: Ms,
    pub event_counts: bool,
    pub shared_group: bool,
    /// A stream that no Lambda wrote shows the payloads in the consumer's log group.
    pub stray_stream: bool,
    pub lookalikes: u32,
    pub event_ids: bool,
    pub stream_per_invocation: bool,
    pub queue_denied: bool,
    pub dlq_denied: bool,
    pub metrics_denied: bool,
    pub retention: Ms,
    /// A function empties the dead-letter queue and logs what it finds.
    pub dlq_handler: bool,
    pub may_change_visibility: bool,
}

const FOUR_DAYS: Ms = 345_600_000;
const NO_KINDS: &[Kind] = &[Kind::ThrowSilent];
const KINDS: &[&[Kind]] = &[
    &[Kind::ThrowText],
    NO_KINDS,
    &[Kind::ThrowSilent, Kind::ThrowEarly],
    &[Kind::Quiet],
    &[Kind::Timeout],
    &[Kind::VisibleAtOnce],
    &[Kind::VisibleLate],
    &[Kind::Swallow],
    MANY,
];
const MANY: &[Kind] = &[
    Kind::ThrowSilent,
    Kind::ThrowText,
    Kind::ThrowEarly,
    Kind::Quiet,
    Kind::Timeout,
];
const MANY_WITHOUT_QUIET: &[Kind] = &[
    Kind::ThrowSilent,
    Kind::ThrowText,
    Kind::ThrowEarly,
    Kind::Timeout,
];

impl Params {
    /// A pipeline in which nothing is wrong: one payload, a Python consumer in text format.
    pub fn healthy() -> Self {
        Self {
            payloads: 1,
            one_message: false,
            claim: Claim::Ids,
            lies: false,
            producer: Producer::Ok,
            marked: Marked::All,
            means: Means::Marker,
            when: When::Before,
            one_line: false,
            whole: true,
            json_print: false,
            format: Format::Text,
            runtime: Runtime::Python,
            trap: Trap::None,
            delay: 0,
            visibility: 60_000,
            max_receives: 3,
            dlq: true,
            batch: 1,
            item_failures: false,
            filter: false,
            wrap: Wrap::None,
            window: 0,
            throttle: 0,
            function_timeout: 10_000,
            long_runs: false,
            fail: 0,
            kinds: NO_KINDS,
            fails: 1,
            self_delete: 0,
            steal: 0,
            purge_at: None,
            duplicate: 0,
            ghost: 0,
            traffic: 0,
            others_fail: 0,
            backlog: 0,
            twin: false,
            late: 0,
            late_max: 30_000,
            repeated: 0,
            unreadable: None,
            lag: 0,
            sticky: false,
            absent_delayed: Absent::Never,
            peek: 1000,
            old_letters: 0,
            old_expires: false,
            foreign_letters: 0,
            skew: 0,
            phase: 0,
            metrics_late: 120_000,
            metrics_missing: 0,
            metrics_half: 0,
            metrics_agree_late: false,
            wake: 0,
            event_counts: false,
            shared_group: false,
            stray_stream: false,
            lookalikes: 0,
            event_ids: true,
            stream_per_invocation: false,
            queue_denied: false,
            dlq_denied: false,
            metrics_denied: false,
            retention: FOUR_DAYS,
            dlq_handler: false,
            may_change_visibility: false,
        }
    }

    /// Any pipeline.
    pub fn random(rng: &mut Rng) -> Self {
        let mut params = Self::healthy();
        params.draw_messages(rng);
        params.draw_consumer(rng);
        params.draw_log(rng);
        params.draw_queue(rng);
        params.draw_sources(rng);
        params.make_possible();
        params
    }

    fn draw_messages(&mut self, rng: &mut Rng) {
        use Producer::{Fewer, LostAnswer, Midway, Ok};
        self.payloads = rng.pick(&[1, 1, 2, 3, 4, 4, 12]);
        self.one_message = rng.chance(150);
        self.claim = rng.pick(&[Claim::Ids, Claim::Count, Claim::Nothing]);
        self.lies = rng.chance(500);
        self.producer = rng.pick(&[Ok, Ok, Ok, Ok, Ok, Ok, Ok, Fewer, Midway, LostAnswer]);
        self.marked = rng.pick(&[Marked::All, Marked::All, Marked::Mixed, Marked::None]);
        self.wrap = rng.pick(&[
            Wrap::None,
            Wrap::None,
            Wrap::None,
            Wrap::None,
            Wrap::None,
            Wrap::Object,
            Wrap::Text,
        ]);
        self.filter = rng.chance(100);
        self.trap = rng.pick(&[
            Trap::None,
            Trap::None,
            Trap::None,
            Trap::TimeoutWords,
            Trap::ErrorKeys,
            Trap::PlatformType,
        ]);
        self.twin = rng.chance(50);
    }

    fn draw_consumer(&mut self, rng: &mut Rng) {
        self.visibility = rng.pick(&[20, 30, 60, 60, 120]) * 1000;
        self.batch = rng.pick(&[1, 5, 10]);
        self.item_failures = rng.chance(330);
        self.window = rng.pick(&[0, 0, 5, 20]) * 1000;
        self.throttle = rng.pick(&[0, 0, 0, 0, 0, 20, 90, 300]) * 1000;
        self.function_timeout = rng.pick(&[3, 10, 20]) * 1000;
        self.long_runs = rng.chance(150);
        self.fail = rng.pick(&[0, 0, 300, 600]);
        self.fails = rng.pick(&[1, 1, 2, 99]);
        self.kinds = rng.pick(KINDS);
        self.self_delete = rng.pick(&[0, 0, 0, 0, 0, 0, 0, 0, 500]);
        self.may_change_visibility = rng.chance(100);
    }

    fn draw_log(&mut self, rng: &mut Rng) {
        use Means::{Content, Id, Marker, Nothing};
        use When::{After, Before, First, Sampled};
        self.means = rng.pick(&[Marker, Marker, Marker, Id, Content, Content, Nothing]);
        self.when = rng.pick(&[
            Before, Before, Before, Before, Before, After, First, Sampled,
        ]);
        self.one_line = rng.chance(200);
        self.whole = rng.chance(700);
        self.json_print = rng.chance(500);
        self.format = rng.pick(&[
            Format::Text,
            Format::Text,
            Format::Text,
            Format::Json,
            Format::JsonWarn,
        ]);
        self.runtime = rng.pick(&[
            Runtime::Python,
            Runtime::Node,
            Runtime::Node24,
            Runtime::Java,
            Runtime::Dotnet,
            Runtime::Go,
            Runtime::Ruby,
            Runtime::Rust,
            Runtime::Custom,
        ]);
        self.late = rng.pick(&[0, 50, 50, 200]);
        self.late_max = rng.pick(&[30, 60, 120, 600]) * 1000;
        self.repeated = rng.pick(&[0, 0, 20, 200]);
        if rng.chance(100) {
            let from = rng.range(0, 400_000);
            self.unreadable = Some((from, from + rng.pick(&[10_000, 60_000, 400_000])));
        }
        self.shared_group = rng.chance(200);
        self.stray_stream = rng.chance(50);
        self.lookalikes = rng.pick(&[0, 0, 100, 500]);
        self.event_ids = !rng.chance(100);
        self.stream_per_invocation = rng.chance(100);
    }

    fn draw_queue(&mut self, rng: &mut Rng) {
        self.delay = rng.pick(&[0, 0, 0, 90]) * 1000;
        self.max_receives = rng.pick(&[1, 2, 3, 5]);
        self.dlq = rng.chance(700);
        self.steal = rng.pick(&[0, 0, 0, 0, 0, 0, 0, 0, 300]);
        if rng.chance(62) {
            self.purge_at = Some(rng.range(1000, 200_000));
        }
        self.duplicate = rng.pick(&[0, 0, 0, 20, 100]);
        self.ghost = rng.pick(&[0, 0, 0, 0, 0, 0, 20, 100]);
        self.traffic = rng.pick(&[0, 0, 0, 0, 0, 50, 50, 300, 1000]);
        self.others_fail = rng.pick(&[0, 0, 100, 300]);
        self.backlog = rng.pick(&[0, 0, 0, 5, 20]);
        self.retention = if rng.chance(30) {
            rng.pick(&[60, 120, 300]) * 1000
        } else {
            FOUR_DAYS
        };
        self.dlq_handler = rng.chance(20);
    }

    fn draw_sources(&mut self, rng: &mut Rng) {
        self.lag = rng.pick(&[0, 2, 5, 15, 30, 60]) * 1000;
        self.sticky = rng.chance(300);
        self.absent_delayed = rng.pick(&[
            Absent::Never,
            Absent::Never,
            Absent::Never,
            Absent::Never,
            Absent::Never,
            Absent::Never,
            Absent::Sometimes,
            Absent::Always,
        ]);
        self.peek = rng.pick(&[1000, 1000, 900, 500]);
        self.old_letters = rng.pick(&[0, 0, 0, 3, 30]);
        self.old_expires = rng.chance(200);
        self.foreign_letters = rng.pick(&[0, 0, 0, 0, 0, 0, 0, 2]);
        self.skew = rng.pick(&[0, 0, 0, -280, -30, 30, 280]) * 1000;
        self.phase = rng.range(0, 60_000);
        self.metrics_late = rng.pick(&[60, 120, 300]) * 1000;
        self.metrics_missing = rng.pick(&[0, 0, 50]);
        self.metrics_half = rng.pick(&[0, 300]);
        self.metrics_agree_late = rng.chance(30);
        self.wake = rng.pick(&[0, 0, 0, 600]) * 1000;
        self.event_counts = rng.chance(250);
        self.queue_denied = rng.chance(20);
        self.dlq_denied = rng.chance(20);
        self.metrics_denied = rng.chance(30);
    }

    /// Mends what AWS would refuse or what means nothing.
    pub fn make_possible(&mut self) {
        if self.visibility < self.function_timeout {
            self.visibility = self.function_timeout + 10_000;
        }
        if self.kinds.contains(&Kind::Quiet) && !self.item_failures {
            if self.kinds.len() == 1 {
                self.item_failures = true;
            } else {
                self.kinds = MANY_WITHOUT_QUIET;
            }
        }
        if self.kinds.contains(&Kind::VisibleAtOnce) || self.kinds.contains(&Kind::VisibleLate) {
            self.may_change_visibility = true;
        }
        if !self.dlq {
            self.dlq_handler = false;
        }
    }

    /// Whether what a proof rests on holds here, with the default counter lag of 30 s: counters
    /// right within it, nobody else at the queue, no copies after a delete, metrics complete in
    /// time, nothing that expires.
    pub fn assumptions_hold(&self) -> bool {
        !self.twin
            && self.steal == 0
            && self.purge_at.is_none()
            && self.ghost == 0
            && self.lag <= 15_000
            && self.self_delete == 0
            && !self.metrics_agree_late
            && self.retention >= FOUR_DAYS
            && !self.dlq_handler
    }

    /// The same pipeline, with the assumptions held.
    pub fn hold_assumptions(mut self) -> Self {
        self.twin = false;
        self.steal = 0;
        self.purge_at = None;
        self.ghost = 0;
        self.lag = self.lag.min(15_000);
        self.self_delete = 0;
        self.metrics_agree_late = false;
        self.retention = FOUR_DAYS;
        self.dlq_handler = false;
        self
    }
}
