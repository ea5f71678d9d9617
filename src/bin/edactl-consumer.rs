//! The reference consumer as a Lambda function: `bootstrap` of a custom runtime.

use edactl::deployed;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), deployed::RuntimeError> {
    deployed::serve(async |event, log| deployed::consume(event, log)).await
}
