//! What CloudWatch Logs says of a log group.

/// A log group's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogGroupSettings {
    /// Its name.
    pub name: String,
    /// How many days it keeps events; `None`: for ever.
    pub retention_days: Option<u32>,
    /// `STANDARD`, `INFREQUENT_ACCESS`, `DELIVERY`.
    pub class: String,
}
