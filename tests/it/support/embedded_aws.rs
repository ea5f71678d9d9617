//! An embedded pipeline in this process, and AWS's own clients pointed at it.

use std::{fmt::Debug, future::Future, net::SocketAddr, time::Duration};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};
use aws_sdk_lambda::{operation::invoke::InvokeOutput, primitives::Blob, types::LogType};
use aws_sdk_sqs::types::QueueAttributeName;
use aws_smithy_http_client::Builder as HttpClientBuilder;
use aws_smithy_types::DateTime;
use edactl_local::{names, server::Server, settings::Settings};
use jiff::Timestamp;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time::Instant,
};

/// How long anything here may take; what takes longer does not happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the control endpoints want to be told.
const TOKEN: &str = "test";

pub struct EmbeddedAws {
    pub address: SocketAddr,
    pub lambda: aws_sdk_lambda::Client,
    pub sqs: aws_sdk_sqs::Client,
    pub logs: aws_sdk_cloudwatchlogs::Client,
    pub cloudwatch: aws_sdk_cloudwatch::Client,
    pub served: JoinHandle<()>,
}

/// What the producer answered.
pub struct Answer {
    pub status: u64,
    pub body: Value,
}

impl Answer {
    pub fn id(&self, key: &str) -> String {
        self.body["MessageIds"][key]
            .as_str()
            .unwrap_or_else(|| panic!("no message id of {key} in {}", self.body))
            .to_owned()
    }
}

impl EmbeddedAws {
    pub async fn new(settings: Settings) -> Self {
        let server = Server::bind(0, TOKEN.into(), settings).await.unwrap();
        let address = server.address();
        let credentials =
            aws_sdk_sqs::config::Credentials::new("key", "secret", None, None, "test");
        let sdk: SdkConfig = aws_config::defaults(BehaviorVersion::latest())
            .empty_test_environment()
            .http_client(HttpClientBuilder::new().build_http())
            .credentials_provider(credentials)
            .region(Region::from_static(names::REGION))
            .endpoint_url(format!("http://{address}"))
            .retry_config(RetryConfig::disabled())
            .load()
            .await;
        Self {
            address,
            lambda: aws_sdk_lambda::Client::new(&sdk),
            sqs: aws_sdk_sqs::Client::new(&sdk),
            logs: aws_sdk_cloudwatchlogs::Client::new(&sdk),
            cloudwatch: aws_sdk_cloudwatch::Client::new(&sdk),
            served: tokio::spawn(server.run()),
        }
    }

    /// With these faults.
    pub async fn with_faults(faults: &str) -> Self {
        Self::new(Settings {
            faults: faults.parse().unwrap(),
            ..Settings::default()
        })
        .await
    }

    pub async fn invoke(&self, function: &str, event: &str) -> InvokeOutput {
        self.lambda
            .invoke()
            .function_name(function)
            .log_type(LogType::Tail)
            .payload(Blob::new(event))
            .send()
            .await
            .unwrap()
    }

    /// Invokes the producer, which has to answer.
    pub async fn send(&self, event: &str) -> Answer {
        let output = self.invoke(names::PRODUCER, event).await;
        assert_eq!(output.function_error(), None);
        let payload: Value = serde_json::from_slice(output.payload().unwrap().as_ref()).unwrap();
        Answer {
            status: payload["statusCode"].as_u64().unwrap(),
            body: serde_json::from_str(payload["body"].as_str().unwrap()).unwrap(),
        }
    }

    /// All lines of a function's log.
    pub async fn lines(&self, function: &str) -> Vec<String> {
        self.logs
            .filter_log_events()
            .log_group_name(format!("/aws/lambda/{function}"))
            .into_paginator()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .unwrap()
            .into_iter()
            .flat_map(|page| page.events.unwrap_or_default())
            .map(|event| event.message.unwrap_or_default())
            .collect()
    }

    /// The consumer's lines that hold this text.
    pub async fn consumed(&self, text: &str) -> Vec<String> {
        let mut lines = self.lines(names::CONSUMER).await;
        lines.retain(|line| line.contains(text));
        lines
    }

    pub fn url(&self, queue: &str) -> String {
        format!("http://{}/{}/{queue}", self.address, names::ACCOUNT)
    }

    /// Visible, in flight, delayed.
    pub async fn counters(&self, queue: &str) -> [u64; 3] {
        let answer = self
            .sqs
            .get_queue_attributes()
            .queue_url(self.url(queue))
            .attribute_names(QueueAttributeName::All)
            .send()
            .await
            .unwrap();
        [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
        ]
        .map(|name| answer.attributes().unwrap()[&name].parse().unwrap())
    }

    /// The sum of a metric over the last minutes; `None` where there is no value.
    pub async fn metric(
        &self,
        namespace: &str,
        of: [&str; 2],
        name: &str,
        stat: &str,
    ) -> Option<f64> {
        let [dimension, resource] = of;
        let now = Timestamp::now().as_second();
        let metric = Metric::builder()
            .namespace(namespace)
            .metric_name(name)
            .dimensions(Dimension::builder().name(dimension).value(resource).build())
            .build();
        let stat = MetricStat::builder().metric(metric).period(60).stat(stat);
        let answer = self
            .cloudwatch
            .get_metric_data()
            .start_time(DateTime::from_secs(now - 600))
            .end_time(DateTime::from_secs(now + 60))
            .metric_data_queries(
                MetricDataQuery::builder()
                    .id("m")
                    .metric_stat(stat.build())
                    .build(),
            )
            .send()
            .await
            .unwrap();
        let values = answer.metric_data_results()[0].values();
        (!values.is_empty()).then(|| values.iter().sum())
    }

    pub async fn queue_metric(&self, queue: &str, name: &str) -> Option<f64> {
        self.metric("AWS/SQS", ["QueueName", queue], name, "Sum")
            .await
    }

    /// A request to the control endpoints, or any other: status and body.
    pub async fn http(&self, head: &str, body: &str) -> (u16, String) {
        self.http_with(head, TOKEN, body).await
    }

    /// The same, with another token.
    pub async fn http_with(&self, head: &str, token: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!(
            "{head} HTTP/1.1\r\nHost: localhost\r\nX-Edactl-Token: {token}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_owned())
    }

    pub async fn apply(&self, settings: &Settings) {
        let json = serde_json::to_string(settings).unwrap();
        let (status, body) = self.http("PUT /_edactl/settings", &json).await;
        assert_eq!(status, 200, "{body}");
    }

    /// What truly happened to a message.
    pub async fn account(&self, id: &str) -> Value {
        self.accounts()
            .await
            .into_iter()
            .find(|life| life["messageId"] == id)
            .unwrap_or_default()
    }

    pub async fn accounts(&self) -> Vec<Value> {
        let (_, body) = self.http("GET /_edactl/account", "").await;
        body.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Waits until the account says so of a message, and returns its life.
    pub async fn outcome(&self, id: &str, outcome: &str) -> Value {
        eventually(&format!("{id} {outcome}"), || async {
            let life = self.account(id).await;
            (life["outcome"] == outcome).then_some(life)
        })
        .await
    }
}

impl Drop for EmbeddedAws {
    fn drop(&mut self) {
        self.served.abort();
    }
}

/// Asks again until there is an answer.
pub async fn eventually<T: Debug, F: Future<Output = Option<T>>>(
    what: &str,
    ask: impl Fn() -> F,
) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "it does not happen: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub fn results(life: &Value) -> Vec<&str> {
    life["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attempt| attempt["result"].as_str().unwrap())
        .collect()
}
