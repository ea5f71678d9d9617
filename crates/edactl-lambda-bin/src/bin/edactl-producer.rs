//! The reference producer as a Lambda function: `bootstrap` of a custom runtime.

use std::process::ExitCode;

use edactl_functions::producer;
use edactl_lambda_bin::{RuntimeError, Sqs, outside_lambda, serve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, RuntimeError> {
    if let Some(reason) = outside_lambda("edactl-producer") {
        eprintln!("{reason}");
        return Ok(ExitCode::FAILURE);
    }
    let sqs = Sqs::from_environment().await;
    let queue_url = std::env::var(producer::QUEUE_VARIABLE).ok();
    serve(async |event, log| producer::handle(event, queue_url.as_deref(), &sqs, log).await)
        .await?;
    Ok(ExitCode::SUCCESS)
}
