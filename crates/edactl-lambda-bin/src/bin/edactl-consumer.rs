//! The reference consumer as a Lambda function: `bootstrap` of a custom runtime.

use std::process::ExitCode;

use edactl_lambda_bin::{RuntimeError, consume, outside_lambda, serve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, RuntimeError> {
    if let Some(reason) = outside_lambda("edactl-consumer") {
        eprintln!("{reason}");
        return Ok(ExitCode::FAILURE);
    }
    serve(async |event, log| consume(event, log)).await?;
    Ok(ExitCode::SUCCESS)
}
