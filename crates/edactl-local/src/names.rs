//! What the embedded pipeline's resources are called.

/// The region that it pretends to be in.
pub const REGION: &str = "us-east-1";
/// The account that it pretends to be.
pub const ACCOUNT: &str = "000000000000";
/// The producer function.
pub const PRODUCER: &str = "edactl-local-producer";
/// The consumer function.
pub const CONSUMER: &str = "edactl-local-consumer";
/// The log group that both functions share, if they are to.
pub const SHARED_LOG_GROUP: &str = "/edactl-local/pipeline";
/// The queue between them.
pub const QUEUE: &str = "edactl-local-queue";
/// Its dead-letter queue.
pub const DLQ: &str = "edactl-local-dlq";
/// What the status endpoint calls this program.
pub const PROGRAM: &str = "edactl-local";
