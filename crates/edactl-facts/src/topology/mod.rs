//! What the pipeline consists of, and what AWS says of each part: facts without any way to ask.

pub mod function;
pub mod log_group;
pub mod queue;
pub mod role;

use serde::{Deserialize, Serialize};

/// A named set of producer, queue, consumer and dead-letter queue in one account and region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    /// Its name in edactl.toml, `local`, or the name of what it was discovered from.
    pub name: String,
    /// The region.
    pub region: String,
    /// The profile of the AWS configuration files, where edactl was told one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Where every AWS call goes, where edactl was told so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint_url: Option<String>,
    /// The embedded pipeline keeps everything in memory: another instance knows nothing of a run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The function that sends.
    pub producer: Option<Function>,
    /// The queue between them.
    pub queue: Option<Queue>,
    /// The function that receives.
    pub consumer: Option<Function>,
    /// Where messages go that failed too often.
    pub dlq: Option<Queue>,
}

/// A function of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// As the user named it: name, ARN, with or without version or alias.
    pub reference: String,
    /// The bare name.
    pub name: String,
    /// The log group that it writes to.
    pub log_group: String,
}

/// A queue of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// Its URL.
    pub url: String,
}

impl Pipeline {
    /// A pipeline of which only the name is known.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            region: String::new(),
            profile: None,
            endpoint_url: None,
            instance: None,
            producer: None,
            queue: None,
            consumer: None,
            dlq: None,
        }
    }
}

/// The resources that were named; discovery finds the others. Names, ARNs or URLs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// The producer function.
    pub producer: Option<String>,
    /// The queue.
    pub queue: Option<String>,
    /// The consumer function.
    pub consumer: Option<String>,
    /// The dead-letter queue.
    pub dlq: Option<String>,
}

impl Named {
    /// Whether nothing is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is not named here, taken from `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            producer: self.producer.or(other.producer),
            queue: self.queue.or(other.queue),
            consumer: self.consumer.or(other.consumer),
            dlq: self.dlq.or(other.dlq),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: [&str; 4]) -> Named {
        let [producer, queue, consumer, dlq] =
            names.map(|name| Some(name.to_owned()).filter(|name| !name.is_empty()));
        Named {
            producer,
            queue,
            consumer,
            dlq,
        }
    }

    #[test]
    fn nothing_is_named_only_where_no_part_is() {
        assert!(Named::default().is_empty());
        for names in [
            ["p", "", "", ""],
            ["", "q", "", ""],
            ["", "", "c", ""],
            ["", "", "", "d"],
        ] {
            assert!(!named(names).is_empty(), "{names:?}");
        }
    }

    #[test]
    fn what_is_not_named_is_taken_from_the_other() {
        let one = named(["p", "", "c", ""]);
        let other = named(["P", "Q", "", ""]);
        assert_eq!(one.clone().or(other.clone()), named(["p", "Q", "c", ""]));
        assert_eq!(other.or(one.clone()), named(["P", "Q", "c", ""]));
        assert_eq!(Named::default().or(one.clone()), one);
    }
}
