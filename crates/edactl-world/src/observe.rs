//! What edactl is told besides log, counters and metrics: the producer's answer, the settings of
//! the pipeline, and the letters that a peek shows.

use super::{
    ANSWERED, Ms, World,
    messages::{Message, Sender},
    params::{Claim, Format, Producer, Wrap},
    payload::{Value, quote},
    rng::Rng,
    words::uuid,
};

/// How long a peek hides the letters that it showed.
const HIDDEN_BY_PEEK: Ms = 5000;

/// What came of the synchronous invocation of the producer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The function's result, as JSON text.
    Returned(String),
    /// The function failed; the error, as JSON text.
    FunctionError(String),
    /// The connection broke: in doubt.
    Lost,
}

/// A letter that a peek shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    pub message_id: String,
    pub body: String,
    /// `SentTimestamp` of its first sending: milliseconds since 1970 by AWS's clock.
    pub sent_timestamp: i64,
    pub receive_count: u32,
}

/// The settings that edactl reads before it sends.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one setting of AWS")]
pub struct Settings {
    pub consumer_function: &'static str,
    pub producer_function: &'static str,
    /// Both functions, and others, write into the log group that is read.
    pub shared_group: bool,
    pub format: Format,
    pub function_timeout: Ms,
    pub batch_size: usize,
    pub batch_window: Ms,
    /// The mapping has `ReportBatchItemFailures`.
    pub item_failures: bool,
    /// The pattern of the mapping's filter.
    pub filter: Option<String>,
    /// The mapping's `MetricsConfig` asks for `EventCount`.
    pub event_counts: bool,
    pub delay: Ms,
    pub visibility: Ms,
    pub retention: Ms,
    /// `maxReceiveCount`, where there is a dead-letter queue.
    pub max_receives: Option<u32>,
    /// A mapping reads the dead-letter queue.
    pub dlq_has_consumer: bool,
    /// The consumer's role may call `ChangeMessageVisibility`.
    pub may_change_visibility: bool,
}

impl World {
    /// The settings of the pipeline.
    pub fn settings(&self) -> Settings {
        let params = &self.params;
        Settings {
            consumer_function: "orders",
            producer_function: "orders-producer",
            shared_group: params.shared_group,
            format: params.format,
            function_timeout: params.function_timeout,
            batch_size: params.batch,
            batch_window: params.window,
            item_failures: params.item_failures,
            filter: self.filter(),
            event_counts: params.event_counts,
            delay: params.delay,
            visibility: params.visibility,
            retention: params.retention,
            max_receives: params.dlq.then_some(params.max_receives),
            dlq_has_consumer: params.dlq_handler,
            may_change_visibility: params.may_change_visibility,
        }
    }

    /// The event as it is given to the producer.
    pub fn event(&self) -> String {
        let entries = self
            .payloads
            .iter()
            .map(|it| (it.key.clone(), it.sent.clone()));
        Value::Object(entries.collect()).as_json()
    }

    /// The event as in the user's file, without markers.
    pub fn original_event(&self) -> String {
        let entries = self
            .payloads
            .iter()
            .map(|it| (it.key.clone(), it.original.clone()));
        Value::Object(entries.collect()).as_json()
    }

    /// The bodies of the messages that truly went on the queue, with the index of each in the plan
    /// and its message id.
    pub fn sent_messages(&self) -> Vec<(usize, String, String)> {
        let ours = self
            .messages
            .iter()
            .enumerate()
            .filter(|(index, it)| it.original == *index);
        ours.filter_map(|(_, message)| match message.sender {
            Sender::Ours(group) => Some((group, uuid(message.id), self.body(message).as_body())),
            _ => None,
        })
        .collect()
    }

    /// The producer's answer, which came `ANSWERED` milliseconds after the send.
    pub fn answer(&self) -> Answer {
        let planned = self.groups.len();
        match self.params.producer {
            Producer::LostAnswer => return Answer::Lost,
            Producer::Midway => {
                let error = "{\"errorMessage\":\"boom\",\"errorType\":\"RuntimeError\",\
                             \"requestId\":\"\",\"stackTrace\":[]}";
                return Answer::FunctionError(error.to_owned());
            }
            Producer::Ok | Producer::Fewer => {}
        }
        let sent = self.answered_ids.len();
        let mut spelling = Rng::for_purpose(self.seed, "answer", ANSWERED);
        Answer::Returned(match self.params.claim {
            Claim::Nothing => spelling
                .pick(&["null", "{\"statusCode\":200,\"body\":\"ok\"}", "\"done\""])
                .to_owned(),
            Claim::Count => {
                let count = if self.params.lies { planned } else { sent };
                let noun = if count == 1 { "message" } else { "messages" };
                proxy(&format!(
                    "{{\"Status\": \"Sent\", \"Message\": \"Successfully sent {count} {noun}\"}}"
                ))
            }
            Claim::Ids => self.answer_with_ids(spelling.below(5)),
        })
    }

    fn answer_with_ids(&self, spelling: usize) -> String {
        let each = |shape: &dyn Fn(usize, &str) -> String| {
            let ids = self
                .answered_ids
                .iter()
                .map(|(group, id)| shape(*group, &uuid(*id)));
            ids.collect::<Vec<_>>().join(",")
        };
        let ids = each(&|_, id| format!("\"{id}\""));
        match spelling {
            0 => format!("{{\"messageIds\":[{ids}]}}"),
            1 => format!("[{}]", each(&|_, id| format!("{{\"MessageId\":\"{id}\"}}"))),
            2 => {
                let entries = each(&|group, id| {
                    format!(
                        "{{\"Id\":\"{group}\",\"MessageId\":\"{id}\",\"MD5OfMessageBody\":\"\"}}"
                    )
                });
                format!("{{\"Successful\":[{entries}],\"Failed\":[]}}")
            }
            3 => proxy(&format!("{{\"messageIds\":[{ids}]}}")),
            _ => {
                let entries = each(&|_, id| format!("{{\"messageId\":\"{id}\"}}"));
                format!("{{\"statusCode\":200,\"sent\":[{entries}]}}")
            }
        }
    }

    /// Receives up to `most` letters from the dead-letter queue, which hides them for five seconds
    /// and raises their receive counts. `None` without a queue, or where it is not allowed.
    pub fn peek(&mut self, at: Ms, most: usize) -> Option<Vec<DeadLetter>> {
        if !self.params.dlq || self.params.dlq_denied {
            return None;
        }
        let mut rng = Rng::for_purpose(self.seed, "peek", at);
        let mut there: Vec<usize> = (0..self.letters.len())
            .filter(|&index| {
                let letter = &self.letters[index];
                letter.arrived <= at && at < letter.gone && letter.hidden_until <= at
            })
            .collect();
        let mut shown = Vec::new();
        while shown.len() < most && !there.is_empty() {
            let index = there.swap_remove(rng.below(there.len()));
            if !rng.chance(self.params.peek) {
                continue;
            }
            let letter = &mut self.letters[index];
            letter.hidden_until = at + HIDDEN_BY_PEEK;
            letter.receives += 1;
            let receive_count = letter.receives;
            let message = &self.messages[letter.message];
            shown.push(DeadLetter {
                message_id: uuid(message.id),
                body: self.body(message).as_body(),
                sent_timestamp: self.aws_clock(message.sent),
                receive_count,
            });
        }
        Some(shown)
    }

    /// Whether the mapping's filter drops message `group` of the run.
    pub fn filters_out(&self, group: usize) -> bool {
        if !self.params.filter || self.params.wrap != Wrap::None {
            return false;
        }
        let message = Message::planned(Sender::Ours(group));
        let content = self.content(&message);
        let inside = if self.params.one_message {
            content.field("entry-1").cloned()
        } else {
            Some(content)
        };
        let kind = inside.as_ref().and_then(|inside| inside.field("kind"));
        kind != Some(&Value::Text("order".to_owned()))
    }

    /// The pattern: by a scalar or, in every second world, by an item of an array.
    fn filter(&self) -> Option<String> {
        let field = if self.seed.is_multiple_of(2) {
            "kind"
        } else {
            "tags"
        };
        self.params
            .filter
            .then(|| match (self.params.wrap, self.params.one_message) {
                (Wrap::None, false) => format!("{{\"body\":{{\"{field}\":[\"order\"]}}}}"),
                (Wrap::None, true) => {
                    format!("{{\"body\":{{\"entry-1\":{{\"{field}\":[\"order\"]}}}}}}")
                }
                _ => "{\"body\":{\"source\":[\"shop\"]}}".to_owned(),
            })
    }
}

/// The answer of a function behind an API: the body is text.
fn proxy(body: &str) -> String {
    let mut text = String::from("{\"isBase64Encoded\": false, \"statusCode\": 200, \"body\": ");
    quote(body, &mut text);
    text.push('}');
    text
}
