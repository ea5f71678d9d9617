use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::default())]

    /// The definition itself: at least this part is not above the quantile, and with the next
    /// smaller value it would be less.
    #[test]
    fn a_quantile_is_the_smallest_value_that_covers_its_part(
        values in prop::collection::vec(0_u32..50, 1..200),
        hundredths in 1_u16..=10_000,
    ) {
        let found = Quantile(hundredths).of(&mut values.clone()).unwrap();
        let covers = |limit: u32| {
            let covered = values.iter().filter(|value| **value <= limit).count();
            covered * 10_000 >= usize::from(hundredths) * values.len()
        };
        prop_assert!(values.contains(&found));
        prop_assert!(covers(found));
        prop_assert!(values.iter().filter(|value| **value < found).all(|value| !covers(*value)));
    }

    #[test]
    fn quantiles_rise_and_ignore_the_order(mut millis in prop::collection::vec(0_u64..10_000, 1..200)) {
        let of = |millis: &[u64]| {
            let mut spans: Vec<_> = millis.iter().copied().map(Duration::from_millis).collect();
            Quantiles::of(&mut spans).unwrap()
        };
        let found = of(&millis);
        prop_assert!(found.p50 <= found.p90 && found.p90 <= found.p99 && found.p99 <= found.max);
        prop_assert_eq!(found.max, Duration::from_millis(*millis.iter().max().unwrap()));
        millis.reverse();
        prop_assert_eq!(of(&millis), found);
    }

    #[test]
    fn a_quantile_is_read_as_it_is_shown(hundredths in 1_u16..=10_000) {
        let quantile = Quantile(hundredths);
        prop_assert_eq!(quantile.to_string().parse(), Ok(quantile));
    }
}

/// Measured 100 ms, give or take 10.
#[test]
fn a_limit_is_judged_where_the_uncertainty_leaves_no_doubt() {
    for (at_most, expected) in [
        (111, LimitOutcome::Kept),
        (110, LimitOutcome::Kept),
        (109, LimitOutcome::Uncertain),
        (90, LimitOutcome::Uncertain),
        (89, LimitOutcome::Broken),
    ] {
        let limit: LatencyLimit = format!("max={at_most}ms").parse().unwrap();
        let checked =
            |spans: &mut [Duration]| limit.check(Stage::Received, spans, Duration::from_millis(10));
        let found = checked(&mut [Duration::from_millis(100), Duration::from_millis(20)]);
        assert_eq!(found.outcome, expected, "at most {at_most} ms");
        assert_eq!(found.measured_ms, Some(100));
        assert_eq!(checked(&mut []).outcome, LimitOutcome::Unmeasured);
    }
}

#[test]
fn limits_are_read_as_people_write_them() {
    let limit: LatencyLimit = "p95=5s".parse().unwrap();
    assert_eq!(
        (limit.quantile, limit.at_most),
        (Quantile(9_500), Duration::from_secs(5))
    );
    assert_eq!(
        "p99.9 = 250ms".parse::<LatencyLimit>().unwrap().to_string(),
        "p99.9 ≤ 250 ms"
    );
    assert_eq!(
        "max=1m".parse::<LatencyLimit>().unwrap().quantile,
        Quantile::MAX
    );
    for wrong in [
        "5s",
        "p0=5s",
        "p101=5s",
        "p95",
        "p9.999=1s",
        "q5=1s",
        "p=1s",
        "p95=5",
        "p+5=1s",
    ] {
        assert!(wrong.parse::<LatencyLimit>().is_err(), "{wrong}");
    }
}

#[test]
fn of_nothing_there_is_no_quantile() {
    assert_eq!(Quantiles::of(&mut []), None);
}

#[test]
fn an_effect_before_its_cause_came_at_once() {
    let noon: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
    let later: Timestamp = "2026-11-24T12:00:01Z".parse().unwrap();
    assert_eq!(between(noon, later), Duration::from_secs(1));
    assert_eq!(between(later, noon), Duration::ZERO);
}

#[test]
fn a_quantile_has_three_digits_at_most_and_two_after_the_point() {
    for (text, hundredths) in [
        ("p100", 10_000),
        ("p007", 700),
        ("p99.99", 9_999),
        ("p0.01", 1),
        ("p100.00", 10_000),
    ] {
        assert_eq!(text.parse(), Ok(Quantile(hundredths)), "{text}");
    }
    for wrong in ["p0050", "p50.123", "p100.01", "p0", "p5.", "p.5", "p5x"] {
        assert!(wrong.parse::<Quantile>().is_err(), "{wrong}");
    }
}

const FOUR: &str = r#"{"count":4,"p50_ms":20,"p90_ms":40,"p99_ms":40,"max_ms":40}"#;

fn of_four() -> Quantiles {
    Quantiles::of(&mut [10, 20, 30, 40].map(Duration::from_millis)).unwrap()
}

#[test]
fn quantiles_are_whole_milliseconds_in_json() {
    assert_eq!(serde_json::to_string(&of_four()).unwrap(), FOUR);
}

#[cfg(feature = "read")]
#[test]
fn quantiles_are_read_back() {
    assert_eq!(serde_json::from_str::<Quantiles>(FOUR).unwrap(), of_four());
}
