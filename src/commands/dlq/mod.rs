//! `edactl dlq`: look into the dead-letter queue, send its letters again, delete them.

mod choice;
mod delete;
mod look;
mod move_task;
mod one_by_one;
mod redrive;
mod resent;
mod show;
mod work_through;

use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until, timeout};

use self::choice::Choice;
use crate::{
    cli::{
        GlobalArgs,
        dlq::{DlqAction, DlqArgs, LetterChoiceArgs},
    },
    commands::{Error, run_pipeline::with_pipeline_of},
    context::Context,
    interrupt::Interrupt,
    render::{progress::Progress, table::counted},
    store::RunStore,
};
use edactl_aws::{
    dead_letters::DeadLetters,
    error::{AwsError, AwsErrorKind},
    queue::Queues,
};
use edactl_core::{
    exit::ExitCode,
    topology::queue::{QueueFacts, queue_name},
};

/// Runs `dlq`.
///
/// # Errors
/// When there is no dead-letter queue, an argument is wrong, or AWS refuses what is needed.
pub async fn run(global: &GlobalArgs, args: DlqArgs) -> Result<ExitCode, Error> {
    let choice = match &args.action {
        DlqAction::List(args) => &args.choice,
        DlqAction::Peek(args) => &args.choice,
        DlqAction::Redrive(args) => &args.choice,
        DlqAction::Export(args) => &args.choice,
        DlqAction::Delete(args) => &args.choice,
    };
    let global = &with_pipeline_of(global, &RunStore::open()?, &mut choice.run.clone())?;
    let desk = Desk::open(global, choice).await?;
    let mut interrupt = desk.interrupt.clone();
    if timeout(Duration::ZERO, interrupt.wait()).await.is_ok() {
        return Ok(ExitCode::Interrupted);
    }
    let deadline = desk.deadline() + LAST_WORDS;
    let work = async {
        match args.action {
            DlqAction::List(args) => show::list(&desk, &args).await,
            DlqAction::Peek(args) => show::peek(&desk, &args).await,
            DlqAction::Export(args) => show::export(&desk, &args).await,
            DlqAction::Redrive(args) => redrive::run(&desk, &args).await,
            DlqAction::Delete(args) => delete::run(&desk, &args).await,
        }
    };
    tokio::select! {
        done = work => done,
        () = sleep_until(deadline) => Err(Error::NotObservable {
            message: "the time is up (--timeout), and AWS, or the endpoint, had not answered to \
                      the end"
                .into(),
            hint: "give it more --timeout; edactl dlq list shows what the queue holds".into(),
        }),
    }
}

/// What every `dlq` command works with.
struct Desk<'a> {
    global: &'a GlobalArgs,
    context: Context,
    store: RunStore,
    queues: Queues,
    interrupt: Interrupt,
    letters: DeadLetters,
    /// The dead-letter queue's settings and counters, as they were at the beginning.
    facts: QueueFacts,
    url: String,
    choice: Choice,
    /// When the command began: `--timeout` counts from then.
    began: Instant,
}

/// What a command that has its own way to end gets for it when the time is up.
const LAST_WORDS: Duration = Duration::from_secs(3);
/// Longer than any command runs.
const NO_END: Duration = Duration::from_hours(24 * 365);
/// Another look, such as that of a verify, hides letters for a few seconds: they are waited for.
const OTHERS_HIDE: Duration = Duration::from_secs(6);

/// The queue's settings and counters, once nobody hides letters any more, or soon.
async fn settled(
    global: &GlobalArgs,
    context: &Context,
    queues: &Queues,
    url: &str,
    mut interrupt: Interrupt,
) -> Result<QueueFacts, Error> {
    let began = Instant::now();
    let pause = Duration::from_millis(if context.embedded { 100 } else { 1_000 });
    let mut progress = Progress::new(global.quiet);
    loop {
        let facts = queues.facts(url).await?;
        let hidden = facts.counters.in_flight.unwrap_or_default();
        if hidden == 0 || began.elapsed() >= OTHERS_HIDE {
            progress.clear();
            return Ok(facts);
        }
        let state = format!(
            "waiting for {} that another reader hides for a moment",
            counted(hidden, "letter")
        );
        progress.show(began.elapsed(), &state);
        tokio::select! {
            () = sleep(pause) => {}
            () = interrupt.wait() => {
                progress.clear();
                return Ok(facts);
            }
        }
    }
}

impl<'a> Desk<'a> {
    async fn open(global: &'a GlobalArgs, choice: &LetterChoiceArgs) -> Result<Self, Error> {
        let began = Instant::now();
        let interrupt = Interrupt::listen();
        let store = RunStore::open()?;
        let choice = Choice::of(choice, &store, global.pipeline.as_deref())?;
        let context = Context::open(global).await?;
        let queues = Queues::new(&context.session);
        let found = context.pipeline.dlq.as_ref().map(|dlq| dlq.url.clone());
        let url = match (found, &global.dlq) {
            (Some(url), _) => url,
            // Named, and not found: asked once more, the answer says why.
            (None, Some(named)) => queues.url(named).await?,
            (None, None) => {
                let name = &context.pipeline.name;
                return Err(Error::Usage {
                    message: format!("the pipeline `{name}` has no dead-letter queue"),
                    hint: "name one with --dlq, or give the queue a RedrivePolicy".into(),
                });
            }
        };
        let facts = settled(global, &context, &queues, &url, interrupt.clone()).await?;
        Ok(Self {
            global,
            store,
            letters: DeadLetters::new(&context.session, &url),
            queues,
            interrupt,
            facts,
            url,
            choice,
            context,
            began,
        })
    }

    /// When the time is up.
    fn deadline(&self) -> Instant {
        let timeout = self.global.timeout;
        self.began + timeout.unwrap_or(NO_END)
    }

    /// The time was up before the dead-letter queue told anything.
    fn unanswered(&self) -> Error {
        Error::unanswered(self.global.timeout.unwrap_or_default())
    }

    fn name(&self) -> &str {
        queue_name(&self.url)
    }

    /// How long SQS may look for a letter: without a wait it asks only some of its servers. The
    /// embedded one has only one.
    fn wait(&self) -> Duration {
        if self.context.embedded {
            Duration::ZERO
        } else {
            Duration::from_secs(1)
        }
    }

    /// The queues whose failed messages come here, by name; `None`: the caller may not ask, or the
    /// endpoint does not know.
    async fn sources(&self) -> Result<Option<Vec<String>>, AwsError> {
        match self.letters.sources().await {
            Ok(urls) => Ok(Some(urls)),
            Err(error)
                if error.kind == AwsErrorKind::AccessDenied
                    || edactl_aws::dead_letters::moves::is_missing(&error) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}
