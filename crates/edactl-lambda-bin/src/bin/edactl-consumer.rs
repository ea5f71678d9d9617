//! The reference consumer as a Lambda function: `bootstrap` of a custom runtime.

use edactl_lambda_bin::{RuntimeError, consume, serve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    serve(async |event, log| consume(event, log)).await
}
