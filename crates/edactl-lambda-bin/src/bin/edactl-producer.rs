//! The reference producer as a Lambda function: `bootstrap` of a custom runtime.

use edactl_functions::producer;
use edactl_lambda_bin::{RuntimeError, Sqs, serve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let sqs = Sqs::from_environment().await;
    let queue_url = std::env::var(producer::QUEUE_VARIABLE).ok();
    serve(async |event, log| producer::handle(event, queue_url.as_deref(), &sqs, log).await).await
}
