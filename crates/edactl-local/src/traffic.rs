//! Made-up traffic: others use the same queue while somebody proves that their own messages
//! arrived.

use std::{sync::Arc, time::Duration};

use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::{live::Live, queues::Queues};

/// The most messages per second.
const FASTEST: f64 = 10_000.0;
/// Timers are no finer than this is long.
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);

/// Sends other people's messages for as long as it is awaited, as the settings want it.
pub async fn send(queues: Arc<Queues>, live: Arc<Live>) {
    let mut changes = live.changes();
    let mut number = 0_u64;
    let mut random = StdRng::from_rng(&mut rand::rng());
    loop {
        let (rate, failures) =
            live.read(|settings| (settings.traffic.min(FASTEST), settings.traffic_failures));
        let Some((pause, batch)) = rhythm(rate) else {
            changes.next().await;
            continue;
        };
        tokio::select! {
            () = changes.next() => continue,
            () = tokio::time::sleep(pause) => {}
        }
        for _ in 0..batch {
            number += 1;
            let fails = random.random_bool(failures);
            let body = if fails {
                format!("{{\"traffic\":{number},\"fail\":true}}")
            } else {
                format!("{{\"traffic\":{number}}}")
            };
            queues.send_traffic(body).await;
        }
    }
}

/// How long to pause and how much to send then, for a rate per second; nothing for no rate.
fn rhythm(rate: f64) -> Option<(Duration, u64)> {
    if rate.is_nan() || rate <= 0.0 {
        return None;
    }
    let pause = Duration::try_from_secs_f64(1.0 / rate).unwrap_or(Duration::MAX);
    let in_a_pause = SHORTEST_PAUSE.as_nanos().div_ceil(pause.as_nanos().max(1));
    let batch = u64::try_from(in_a_pause).unwrap_or(u64::MAX).max(1);
    let pause = pause.saturating_mul(u32::try_from(batch).unwrap_or(u32::MAX));
    Some((pause, batch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rhythm_gives_the_rate() {
        assert_eq!(rhythm(0.0), None);
        assert_eq!(rhythm(f64::NAN), None);
        assert_eq!(rhythm(2.0), Some((Duration::from_millis(500), 1)));
        assert_eq!(rhythm(0.1), Some((Duration::from_secs(10), 1)));
        assert_eq!(rhythm(1_000.0), Some((Duration::from_millis(20), 20)));
        assert_eq!(rhythm(1e-300).unwrap().0, Duration::MAX);
    }
}
