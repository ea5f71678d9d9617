use super::*;

#[test]
fn the_default_timeout_lets_a_loss_be_told_and_a_letter_die() {
    let waits = Waits::of(Environment::Aws, None);
    let path = SlowestPath {
        delay: Duration::from_secs(90),
        batch_window: Duration::from_secs(20),
        visibility_timeout: Duration::from_mins(6),
        max_receives: Some(5),
    };
    let timeout = waits.timeout(Environment::Aws, &path);
    assert_eq!(timeout, Duration::from_secs(90 + 20 + 30 * 60 + 600 + 120));
    let quick = waits.timeout(Environment::Aws, &SlowestPath::default());
    assert!(quick > waits.settle_loss + waits.metrics_settle + waits.counter_lag);
    assert_eq!(
        waits.timeout(Environment::Emulator, &path),
        Duration::from_mins(5)
    );
}

#[test]
fn strict_waits_longer_for_counters_and_never_shorter() {
    let aws = Waits::of(Environment::Aws, None);
    assert_eq!(aws.counter_lag, Duration::from_secs(30));
    assert_eq!(aws.strict().counter_lag, Duration::from_mins(1));
    let slow = Waits {
        counter_lag: Duration::from_mins(2),
        ..aws
    };
    assert_eq!(slow.strict().counter_lag, Duration::from_mins(2));
}
