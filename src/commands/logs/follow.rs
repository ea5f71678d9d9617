//! Following: looks again and again, often while lines come, less so in quiet times.

use std::{ops::ControlFlow, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep, sleep_until};

use crate::{
    cli::LogFollowArgs,
    commands::{
        Error,
        logs::{
            find_run,
            reading::{Ended, Reading},
            view::LogView,
        },
    },
    render::theme,
};
use edactl_aws::{
    error::{AwsError, AwsErrorKind},
    logs::{EventRef, EventSink, LiveSession, LiveUpdate, MOST_GROUPS, Reach, Swept, TailRequest},
};
use edactl_core::{
    humanize,
    ledger::{Facts, Ledger, Sending},
    matcher::{ConsumerStreams, LogText, Matcher},
    waits::Waits,
};

/// How often the groups are looked at: while lines come, and in quiet times.
#[derive(Debug, Clone, Copy)]
struct Pace {
    busy: Duration,
    quiet: Duration,
}

/// The embedded pipeline costs nothing to ask.
const EMBEDDED: Pace = Pace {
    busy: Duration::from_millis(100),
    quiet: Duration::from_millis(600),
};
/// Calls count against a quota that the whole account shares.
const DEPLOYED: Pace = Pace {
    busy: Duration::from_millis(400),
    quiet: Duration::from_millis(1_500),
};
/// The share of the quota that looks take at most. Sweeps take a fifth besides, and half is left
/// to everybody else.
const LOOKS_SHARE: f64 = 0.3;
/// After a quiet look the next one comes this much later.
const SLOWER: f64 = 1.3;
/// How long to rest between two sweeps of the whole settling window.
const SWEEP_EVERY: Duration = Duration::from_secs(10);
/// How far behind is worth a word, and how often.
const BEHIND: SignedDuration = SignedDuration::from_secs(10);
const SAY_BEHIND_EVERY: Duration = Duration::from_secs(5);
/// Each look at a group of the class Infrequent Access is a query, which takes seconds and is paid.
const QUERIED: Pace = Pace {
    busy: Duration::from_secs(10),
    quiet: Duration::from_mins(1),
};
/// With lines being pushed, looks only fill in what the push left out.
const PUSHED: Pace = Pace {
    busy: Duration::from_secs(3),
    quiet: Duration::from_secs(5),
};
/// Sessions last three hours. One that ends sooner than this is not worth another.
const SHORTEST_SESSION: Duration = Duration::from_secs(5);
/// How long to wait before asking again after no answer came.
const PATIENCE: Duration = Duration::from_secs(2);

impl Reading<'_> {
    /// Prints what comes until the time is up or the run was seen.
    ///
    /// # Errors
    /// When AWS refuses what waiting does not cure.
    pub(super) async fn follow(
        &mut self,
        args: &LogFollowArgs,
        view: &mut LogView<'_>,
    ) -> Result<Ended, Error> {
        let watch = match &args.until_run {
            Some(asked) => Some(RunWatch::new(self, asked)?),
            None => None,
        };
        let end = args.duration.map(|duration| Instant::now() + duration);
        let waits = watch.is_some();
        let mut followed = Followed {
            view,
            watch,
            behind: (!self.global.quiet).then(Behind::default),
        };
        let following = self.look_again(args, &mut followed);
        let ended = match end {
            None => following.await?,
            Some(end) => tokio::select! {
                ended = following => ended?,
                () = sleep_until(end) => Ended::AsAsked,
            },
        };
        if ended == Ended::AsAsked && !followed.is_over() {
            self.last_sweep(followed.view).await;
            if waits {
                return Ok(Ended::RunNotSeen);
            }
        }
        Ok(ended)
    }

    async fn look_again(
        &mut self,
        args: &LogFollowArgs,
        followed: &mut Followed<'_, '_>,
    ) -> Result<Ended, Error> {
        let mut tail = self.client.tail(TailRequest {
            groups: self.groups.clone(),
            since: self.since,
            pattern: self.pattern.clone(),
            settle: self.context.settle,
            sweep_every: SWEEP_EVERY,
            // Its looks and sweeps take less than half once it has caught up.
            leaves_half: false,
        });
        let mut push = Push::new(args.live);
        if args.live {
            tail.expect_pushed();
            // Opened before the first look: what is written between the two is in either.
            push.open(self).await;
        }
        self.tail = Some(tail);
        let mut told_missing: Vec<String> = Vec::new();
        let mut pause = Duration::ZERO;
        // The first look is over the whole window; then sweeps do that in the background.
        let mut reach = Reach::Window;
        let mut told_trouble = false;
        let mut told_queried = false;
        while let Some(tail) = &mut self.tail {
            let now = Timestamp::now();
            let events = followed.view.tally.events;
            let pass = match tail.pass(now, reach, followed).await {
                Ok(pass) => pass,
                Err(error) if self.may_pass(&error) => {
                    if !told_trouble {
                        told_trouble = true;
                        self.say(&format!("{error}; trying again until it works"));
                    }
                    sleep(PATIENCE.max(pause)).await;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            if std::mem::take(&mut told_trouble) {
                self.say("it works again; nothing was lost");
            }
            followed.behind = None;
            if reach == Reach::Window {
                self.take_note(&pass);
            } else {
                self.gaps += pass.gaps;
            }
            reach = Reach::Recent;
            if !std::mem::replace(&mut told_queried, !self.client.queried_groups().is_empty()) {
                self.tell_queried();
                if let Some(tail) = self.tail.as_mut().filter(|_| told_queried) {
                    tail.sweep_every(QUERIED.quiet);
                }
            }
            followed.view.release();
            if followed.pause().await.is_break() || followed.is_over() {
                return Ok(Ended::AsAsked);
            }
            for group in &pass.missing_groups {
                if !told_missing.contains(group) {
                    self.say(&format!(
                        "the log group {group} does not exist yet; waiting for it"
                    ));
                }
            }
            if pass.missing_groups.is_empty() && !told_missing.is_empty() {
                push.open(self).await;
            }
            told_missing = pass.missing_groups;
            let pace = self.pace(args, push.is_open());
            pause = if followed.view.tally.events > events {
                pace.busy
            } else {
                pause
                    .mul_f64(SLOWER)
                    .clamp(pace.busy, pace.quiet.max(pace.busy))
            };
            if self.wait(pause, &mut push, followed).await.is_break() {
                return Ok(Ended::AsAsked);
            }
        }
        Ok(Ended::Whole)
    }

    fn tell_queried(&self) {
        for group in self.client.queried_groups() {
            self.say(&format!(
                "{group} is of the class Infrequent Access: it is polled by queries of Logs \
                 Insights, which are slower and paid by what they scan"
            ));
        }
    }

    fn pace(&self, args: &LogFollowArgs, pushed: bool) -> Pace {
        match args.poll {
            Some(poll) => Pace {
                busy: poll,
                quiet: poll,
            },
            None if pushed => PUSHED,
            None if self.context.embedded => EMBEDDED,
            None if !self.client.queried_groups().is_empty() => QUERIED,
            None => {
                let quota = self.context.session.log_reads_per_second();
                #[allow(clippy::cast_precision_loss)] // A handful.
                let spaced = quota.map_or(Duration::ZERO, |quota| {
                    let looks = f64::from(quota) * LOOKS_SHARE / self.groups.len() as f64;
                    Duration::from_secs_f64(1.0 / looks)
                });
                Pace {
                    busy: DEPLOYED.busy.max(spaced),
                    quiet: DEPLOYED.quiet.max(spaced),
                }
            }
        }
    }

    /// Waits for the next look, and takes what is pushed meanwhile.
    async fn wait(
        &mut self,
        pause: Duration,
        push: &mut Push,
        followed: &mut Followed<'_, '_>,
    ) -> ControlFlow<()> {
        let next_look = Instant::now() + pause;
        loop {
            let swept = async {
                match &mut self.tail {
                    Some(tail) => tail.next_swept().await,
                    None => std::future::pending().await,
                }
            };
            let update = tokio::select! {
                biased;
                () = sleep_until(next_look) => return ControlFlow::Continue(()),
                // Nobody reads any more; there is no need to wait for a line to notice.
                () = followed.view.closed() => return ControlFlow::Break(()),
                update = push.next() => update,
                swept = swept => {
                    self.take_swept(swept, followed);
                    followed.view.release();
                    followed.pause().await?;
                    if followed.is_over() {
                        return ControlFlow::Break(());
                    }
                    continue;
                }
            };
            let Some(update) = update else {
                // What was written between two sessions is read by the look that follows.
                push.open(self).await;
                return ControlFlow::Continue(());
            };
            if let Some(tail) = &mut self.tail {
                tail.take_pushed(&update.events, followed);
            }
            followed.pause().await?;
            if followed.is_over() {
                return ControlFlow::Break(());
            }
            if update.sampled {
                push.tell_sampled(self);
                return ControlFlow::Continue(());
            }
        }
    }

    /// What a sweep found. One that failed is made again, and says nothing of what was read.
    fn take_swept(&mut self, swept: Swept, followed: &mut Followed<'_, '_>) {
        if let Some(tail) = &mut self.tail
            && let Ok(Some(pass)) = tail.take_swept(swept, followed)
        {
            self.take_note(&pass);
        }
    }

    /// Whether waiting may cure it. The embedded pipeline that went away took its logs with it.
    fn may_pass(&self, error: &AwsError) -> bool {
        matches!(
            error.kind,
            AwsErrorKind::NoAnswer
                | AwsErrorKind::Silent
                | AwsErrorKind::ServiceFault
                | AwsErrorKind::Unreachable
                | AwsErrorKind::BadCredentials
                | AwsErrorKind::NoCredentials
        ) && !self.context.embedded
            && self.read_at.is_some()
    }
}

/// Lines being pushed, where that was asked for and is possible.
struct Push {
    wanted: bool,
    session: Option<LiveSession>,
    opened: Instant,
    told_sampled: bool,
}

impl Push {
    fn new(wanted: bool) -> Self {
        Self {
            wanted,
            session: None,
            opened: Instant::now(),
            told_sampled: false,
        }
    }

    fn is_open(&self) -> bool {
        self.session.is_some()
    }

    async fn open(&mut self, reading: &Reading<'_>) {
        if self.session.take().is_some() && self.opened.elapsed() < SHORTEST_SESSION {
            self.wanted = false;
            reading.say("Live Tail ended at once; looking for new lines instead");
        }
        if !self.wanted {
            return;
        }
        self.opened = Instant::now();
        if reading.groups.len() > MOST_GROUPS {
            self.wanted = false;
            reading.say(&format!(
                "Live Tail takes {MOST_GROUPS} log groups at most; looking for new lines instead"
            ));
            return;
        }
        let pattern = reading.pattern.as_deref();
        match reading.client.live(&reading.groups, pattern).await {
            Ok(session) => self.session = Some(session),
            // It is opened once the group is there.
            Err(error) if error.kind == AwsErrorKind::NotFound => {}
            Err(error) => {
                self.wanted = false;
                reading.say(&format!(
                    "no Live Tail here ({error}); looking for new lines instead"
                ));
            }
        }
    }

    /// The next update; `None` when the session is over. Without one nothing ever comes.
    async fn next(&mut self) -> Option<LiveUpdate> {
        match &mut self.session {
            Some(session) => session.next().await,
            None => std::future::pending().await,
        }
    }

    fn tell_sampled(&mut self, reading: &Reading<'_>) {
        if !std::mem::replace(&mut self.told_sampled, true) {
            reading.say("Live Tail sends only a sample of so many lines; the others are read now");
        }
    }
}

/// A view, and someone who watches for a run.
struct Followed<'a, 'v> {
    view: &'a mut LogView<'v>,
    watch: Option<RunWatch>,
    /// While what was written before is read.
    behind: Option<Behind>,
}

/// How far the reading of what was written before has come.
#[derive(Default)]
struct Behind {
    read_to: Option<Timestamp>,
    say_at: Option<Instant>,
}

impl Behind {
    /// Says it now and then, where it takes long.
    fn say(&mut self) {
        let now = Instant::now();
        let due = *self.say_at.get_or_insert(now + SAY_BEHIND_EVERY);
        let behind = self.read_to.map(|at| Timestamp::now().duration_since(at));
        if let Some(behind) = behind.filter(|behind| now >= due && *behind > BEHIND) {
            self.say_at = Some(now + SAY_BEHIND_EVERY);
            let behind = Duration::from_secs(behind.as_secs().unsigned_abs());
            crate::say!(
                "{} {} behind, catching up in order",
                theme::paint(theme::DIM, "logs:"),
                humanize::duration(behind)
            );
        }
    }
}

impl Followed<'_, '_> {
    /// Whether the run was seen.
    fn is_over(&self) -> bool {
        self.watch.as_ref().is_some_and(RunWatch::is_over)
    }
}

impl EventSink for Followed<'_, '_> {
    fn take(&mut self, event: EventRef<'_>) {
        if let Some(watch) = &mut self.watch {
            watch.take(&event);
        }
        if let Some(behind) = &mut self.behind {
            behind.read_to = Some(event.timestamp);
        }
        self.view.take(event);
    }

    async fn pause(&mut self) -> ControlFlow<()> {
        if let Some(behind) = &mut self.behind {
            behind.say();
        }
        self.view.pause().await
    }
}

/// Waits for every message of a run.
struct RunWatch {
    group: String,
    matcher: Matcher,
    ledger: Ledger,
}

impl RunWatch {
    fn new(reading: &Reading<'_>, asked: &str) -> Result<Self, Error> {
        let run = find_run(reading.context, asked)?;
        let group = reading.context.consumer()?.log_group.clone();
        if !reading.groups.contains(&group) {
            return Err(Error::Usage {
                message: "--until-run waits for lines of the consumer, which --from or --group \
                          leaves out"
                    .into(),
                hint: "leave --from away".into(),
            });
        }
        let (matcher, groups) = Matcher::new(&run);
        let context = reading.context;
        let streams = ConsumerStreams::of(&context.pipeline).on(context.environment());
        let matcher = matcher.with_streams(streams);
        let bounds = context.clock_bounds();
        let sending = Sending::of(&run, groups, &bounds, Timestamp::now());
        let waits = Waits::of(context.environment(), Some(context.settle));
        let ledger = Ledger::new(sending, Facts::default(), waits);
        Ok(Self {
            group,
            matcher,
            ledger,
        })
    }

    fn take(&mut self, event: &EventRef<'_>) {
        if **event.group == *self.group {
            let log = LogText {
                stream: event.stream,
                at: event.timestamp,
                id: event.id,
                nth: 0,
                text: event.message,
            };
            self.matcher.read(log, &mut self.ledger);
        }
    }

    fn is_over(&self) -> bool {
        self.ledger.all_received()
    }
}
