//! The reference producer as a Lambda function: `bootstrap` of a custom runtime.

use edactl::{
    deployed::{self, Sqs},
    functions::producer,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), deployed::RuntimeError> {
    let sqs = Sqs::from_environment().await;
    let queue_url = std::env::var(producer::QUEUE_VARIABLE).ok();
    deployed::serve(async |event, log| {
        producer::handle(event, queue_url.as_deref(), &sqs, log).await
    })
    .await
}
