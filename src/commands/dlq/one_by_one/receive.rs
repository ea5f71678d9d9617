//! Receiving letters to send them again, and the pause that keeps their attempts before and after apart
//! by time.

use std::time::Duration;

use super::{Work, Worker};
use edactl_aws::{dead_letters::Letter, error::AwsError};

/// So many letters are received before a pause.
pub(super) const GATHERED: usize = 100;
/// No pause is longer: where AWS's clock is not known, it tells nothing.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

impl Worker<'_, '_> {
    /// Receives letters: many at once, where each receive is followed by a pause.
    pub(super) async fn receive(&self, most: usize) -> Result<Vec<Letter>, AwsError> {
        let receive = |most| self.desk.letters.receive(most, self.hide, self.desk.wait());
        let mut letters = receive(most).await?;
        while self.pause().is_some() && letters.len() < most && !letters.is_empty() {
            let more = receive(most - letters.len()).await?;
            if more.is_empty() {
                break;
            }
            letters.extend(more);
        }
        Ok(letters)
    }

    /// How long to wait between receiving letters and sending them, so that by AWS's clock, as far
    /// as it is known, every attempt before lies before every attempt after.
    pub(super) fn pause(&self) -> Option<Duration> {
        if !matches!(self.work, Work::Resend { apart: true, .. }) {
            return None;
        }
        let context = &self.desk.context;
        let (least, most) = context.clock_bounds().ahead();
        let drift = context.host_drift() * 2;
        let pause = most.saturating_sub(least).saturating_add(drift);
        let pause = Duration::try_from(pause).ok()?.min(LONGEST_PAUSE);
        (!pause.is_zero()).then_some(pause)
    }
}
