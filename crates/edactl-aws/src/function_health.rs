//! Whether a function may be invoked (Lambda `Invoke` with `DryRun`), and how its invocations went
//! (CloudWatch `GetMetricData`).

use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};
use aws_smithy_types::DateTime;
use jiff::Timestamp;

use crate::{error::AwsError, functions::Functions, metrics::Metrics};
use edactl_facts::topology::function::FunctionHealth;

impl Functions {
    /// Whether the caller may invoke a function (`Invoke` with `DryRun`, which does not run it).
    ///
    /// # Errors
    /// When the caller may not, or Lambda refuses for another reason.
    pub async fn dry_run(&self, function: &str) -> Result<(), AwsError> {
        self.client
            .invoke()
            .function_name(function)
            .invocation_type(aws_sdk_lambda::types::InvocationType::DryRun)
            .send()
            .await
            .map(|_| ())
            .map_err(|error| AwsError::from_sdk("lambda:InvokeFunction", function, &error))
    }
}

impl Metrics {
    /// A function's errors and throttles, summed by the hour over a span.
    ///
    /// # Errors
    /// When CloudWatch refuses.
    pub async fn function_health(
        &self,
        function: &str,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<FunctionHealth, AwsError> {
        let hour = 3600;
        let query = |id: &str, metric: &str| {
            let dimension = Dimension::builder()
                .name("FunctionName")
                .value(function)
                .build();
            let metric = Metric::builder()
                .namespace("AWS/Lambda")
                .metric_name(metric)
                .dimensions(dimension)
                .build();
            let stat = MetricStat::builder()
                .metric(metric)
                .period(hour)
                .stat("Sum")
                .build();
            MetricDataQuery::builder().id(id).metric_stat(stat).build()
        };
        let aligned = |at: Timestamp| at.as_second().div_euclid(hour.into()) * i64::from(hour);
        let answer = self
            .client
            .get_metric_data()
            .start_time(DateTime::from_secs(aligned(from)))
            .end_time(DateTime::from_secs(aligned(until) + i64::from(hour)))
            .metric_data_queries(query("errors", "Errors"))
            .metric_data_queries(query("throttles", "Throttles"))
            .send()
            .await
            .map_err(|error| AwsError::from_sdk("cloudwatch:GetMetricData", function, &error))?;
        let sum = |id: &str| {
            let results = answer.metric_data_results();
            let values = results
                .iter()
                .find(|result| result.id() == Some(id))?
                .values();
            (!values.is_empty()).then(|| super::metrics::count(values.iter().sum()))
        };
        Ok(FunctionHealth {
            errors: sum("errors"),
            throttles: sum("throttles"),
        })
    }
}
