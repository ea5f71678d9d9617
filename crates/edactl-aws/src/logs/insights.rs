//! Logs Insights: one query, from its start to its rows.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use aws_sdk_cloudwatchlogs::{
    operation::get_query_results::GetQueryResultsOutput,
    types::{LogGroupClass, QueryStatistics, QueryStatus},
};
use jiff::Timestamp;
use tokio::{sync::Semaphore, time::sleep};

use crate::{
    error::{AwsError, AwsErrorKind},
    logs::LogsClient,
};

/// On AWS five queries of groups of the class Infrequent Access may run at once; somebody else may
/// want one, too.
const AT_ONCE: usize = 4;
const FIRST_LOOK: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How often a call is repeated when no answer comes.
const PATIENCE: u32 = 5;

const START: &str = "logs:StartQuery";
const RESULTS: &str = "logs:GetQueryResults";

/// What this client's queries share.
#[derive(Debug)]
pub(super) struct Insights {
    places: Semaphore,
    /// Queries under way, by id.
    running: Mutex<BTreeSet<String>>,
    /// Groups that only queries can read.
    groups: Mutex<BTreeSet<String>>,
    bytes_scanned: AtomicU64,
}

impl Default for Insights {
    fn default() -> Self {
        Self {
            places: Semaphore::new(AT_ONCE),
            running: Mutex::default(),
            groups: Mutex::default(),
            bytes_scanned: AtomicU64::new(0),
        }
    }
}

impl Insights {
    /// Whether it is known that only queries can read this group.
    pub(super) fn reads(&self, group: &str) -> bool {
        set(&self.groups).contains(group)
    }
}

/// A set is whole at every moment, so a poisoned lock does no harm.
fn set(set: &Mutex<BTreeSet<String>>) -> MutexGuard<'_, BTreeSet<String>> {
    set.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What queries cost: Insights is paid by what it scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// How many bytes were scanned.
    pub bytes_scanned: u64,
}

impl Cost {
    /// Dollars for each GB scanned, in us-east-1; other regions ask for about as much.
    pub const DOLLARS_PER_GB: f64 = 0.005;
    /// When the price was looked up.
    pub const PRICE_OF: &'static str = "2026-11";
    const GB: f64 = 1_073_741_824.0;

    /// The price, in dollars.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // Of bytes, in dollars.
    pub fn dollars(self) -> f64 {
        self.bytes_scanned as f64 / Self::GB * Self::DOLLARS_PER_GB
    }
}

/// A row of a query's result: its fields that have a value.
pub(super) type Row = HashMap<String, String>;

/// What a query found.
#[derive(Debug, Clone, Default)]
pub(super) struct Answer {
    pub rows: Vec<Row>,
    /// How many records went through its filters.
    pub records_matched: u64,
    pub bytes_scanned: u64,
}

/// A query over a span of time, in the whole seconds that hold it. The query itself has to be as
/// exact as it wants to be.
#[derive(Debug, Clone)]
pub(super) struct Question<'a> {
    pub groups: &'a [String],
    pub from: Timestamp,
    pub until: Timestamp,
    pub text: &'a str,
}

impl LogsClient {
    /// Runs a query to its end.
    pub(super) async fn query(&self, question: Question<'_>) -> Result<Answer, AwsError> {
        // The semaphore is never closed.
        let _place = self.insights.places.acquire().await.ok();
        let name = question.groups.join(", ");
        let start = async |until: Timestamp| {
            self.client
                .start_query()
                .set_log_group_names(Some(question.groups.to_vec()))
                .start_time(question.from.as_second())
                .end_time(until.as_second().saturating_add(1))
                .query_string(question.text)
                .send()
                .await
                .map_err(|error| AwsError::from_sdk(START, &name, &error))
        };
        let started = match persist(|| start(question.until)).await {
            // Events may be older than their group. The query itself is exact.
            Err(error) if is_before_the_group(&error) => persist(|| start(Timestamp::now())).await,
            started => started,
        };
        let id = started?.query_id.unwrap_or_default();
        self.note_answer();
        set(&self.insights.running).insert(id.clone());
        let answer = self.wait_for_rows(&name, &id).await;
        set(&self.insights.running).remove(&id);
        if let Ok(answer) = &answer {
            let scanned = &self.insights.bytes_scanned;
            scanned.fetch_add(answer.bytes_scanned, Ordering::Relaxed);
        }
        answer
    }

    async fn wait_for_rows(&self, name: &str, id: &str) -> Result<Answer, AwsError> {
        let mut pause = FIRST_LOOK;
        loop {
            let looked = persist(|| self.results(name, id, None)).await?;
            match looked.status() {
                Some(QueryStatus::Complete) => return self.further_pages(name, id, looked).await,
                Some(
                    status @ (QueryStatus::Failed | QueryStatus::Cancelled | QueryStatus::Timeout),
                ) => {
                    return Err(failed(name, format!("the query ended as {status}")));
                }
                _ => sleep(pause).await,
            }
            pause = pause.mul_f64(1.5).min(LONGEST_PAUSE);
        }
    }

    async fn results(
        &self,
        name: &str,
        id: &str,
        token: Option<String>,
    ) -> Result<GetQueryResultsOutput, AwsError> {
        let asked = self.client.get_query_results().query_id(id);
        let looked = asked.set_next_token(token).send().await;
        looked.map_err(|error| AwsError::from_sdk(RESULTS, name, &error))
    }

    /// The rows of a complete query's first page, and of those that follow it.
    async fn further_pages(
        &self,
        name: &str,
        id: &str,
        first: GetQueryResultsOutput,
    ) -> Result<Answer, AwsError> {
        let mut token = first.next_token().map(str::to_owned);
        let mut answer = read(first);
        let mut tokens = BTreeSet::new();
        while let Some(next) = token {
            if !tokens.insert(next.clone()) {
                return Err(AwsError::looping(RESULTS, name));
            }
            let page = persist(|| self.results(name, id, Some(next.clone()))).await?;
            token = page.next_token().map(str::to_owned);
            answer.rows.extend(read(page).rows);
        }
        Ok(answer)
    }

    /// Stops the queries that are under way: nobody waits for them any more, and they cost.
    pub async fn stop_queries(&self) {
        let running = std::mem::take(&mut *set(&self.insights.running));
        for id in running {
            // One that has just ended cannot be stopped, and need not be.
            let _ = self.client.stop_query().query_id(id).send().await;
        }
    }

    /// What this client's queries have cost so far; `None` where it made none.
    #[must_use]
    pub fn cost(&self) -> Option<Cost> {
        let bytes_scanned = self.insights.bytes_scanned.load(Ordering::Relaxed);
        let queried = bytes_scanned > 0 || !set(&self.insights.groups).is_empty();
        queried.then_some(Cost { bytes_scanned })
    }

    /// The log groups that turned out to be readable by queries only.
    #[must_use]
    pub fn queried_groups(&self) -> Vec<String> {
        set(&self.insights.groups).iter().cloned().collect()
    }

    /// Whether a refusal of `FilterLogEvents` was for the group's class. The group is known then.
    pub(super) async fn is_infrequent(&self, group: &str, refusal: &AwsError) -> bool {
        if refusal.kind != AwsErrorKind::Other {
            return false;
        }
        let mut groups = self
            .client
            .describe_log_groups()
            .log_group_name_prefix(group)
            .into_paginator()
            .items()
            .send();
        while let Some(Ok(described)) = groups.next().await {
            if described.log_group_name() == Some(group) {
                let infrequent = Some(&LogGroupClass::InfrequentAccess);
                let is_infrequent = described.log_group_class() == infrequent;
                if is_infrequent {
                    set(&self.insights.groups).insert(group.to_owned());
                }
                return is_infrequent;
            }
        }
        false
    }
}

/// Makes a call until it is answered. Being throttled, or too many queries at once, passes.
async fn persist<T, F: Future<Output = Result<T, AwsError>>>(
    call: impl Fn() -> F,
) -> Result<T, AwsError> {
    let mut pause = FIRST_LOOK;
    let mut patience = PATIENCE;
    loop {
        let error = match call().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let code = error.code.as_deref().unwrap_or_default();
        match error.kind {
            AwsErrorKind::Throttled => {}
            _ if code.contains("LimitExceeded") => {}
            AwsErrorKind::NoAnswer | AwsErrorKind::ServiceFault | AwsErrorKind::Unreachable
                if patience > 0 =>
            {
                patience -= 1;
            }
            _ => return Err(error),
        }
        sleep(pause.mul_f64(rand::random_range(0.5..1.0))).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// AWS refuses a query of a time in which the group did not exist yet.
fn is_before_the_group(error: &AwsError) -> bool {
    error.code.as_deref() == Some("MalformedQueryException")
        && error.reason.contains("creation time")
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Counts; they saturate.
fn read(looked: GetQueryResultsOutput) -> Answer {
    let statistics = looked.statistics();
    let number = |read: fn(&QueryStatistics) -> f64| statistics.map_or(0.0, read) as u64;
    Answer {
        records_matched: number(QueryStatistics::records_matched),
        bytes_scanned: number(QueryStatistics::bytes_scanned),
        rows: looked
            .results
            .unwrap_or_default()
            .into_iter()
            .map(|fields| {
                let field = fields.into_iter();
                field
                    .filter_map(|field| Some((field.field?, field.value?)))
                    .collect()
            })
            .collect(),
    }
}

/// A query whose answer is of no use.
pub(super) fn failed(name: &str, reason: String) -> AwsError {
    AwsError {
        action: RESULTS,
        resource: name.to_owned(),
        kind: AwsErrorKind::Other,
        code: None,
        reason,
        never_sent: false,
    }
}
