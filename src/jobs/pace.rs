//! How long to wait before a refused notice is tried again.

use chrono::TimeDelta;

use crate::entropy::Entropy;

/// The longest wait before jitter.
const LONGEST: TimeDelta = TimeDelta::minutes(60);

/// The wait after the n-th failed try: the first wait, doubling to about an hour, give or take a
/// tenth, so that what failed together does not come back together.
pub(super) fn back_off(first: TimeDelta, failures: u32, entropy: &dyn Entropy) -> TimeDelta {
    let doubled = first * (1 << failures.saturating_sub(1).min(10));
    jittered(doubled.min(LONGEST.max(first)), entropy.between(-100..=100))
}

/// Shifts a wait by thousandths of itself.
fn jittered(wait: TimeDelta, thousandths: i64) -> TimeDelta {
    wait + TimeDelta::milliseconds(wait.num_milliseconds() / 1000 * thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    #[test]
    fn waits_double_to_about_an_hour() {
        let five = TimeDelta::minutes(5);
        for (failures, minutes) in [
            (1, 5.0),
            (2, 10.0),
            (3, 20.0),
            (4, 40.0),
            (5, 60.0),
            (40, 60.0),
        ] {
            let wait = back_off(five, failures, &SystemEntropy).num_seconds() as f64 / 60.0;
            assert!(
                (wait - minutes).abs() <= minutes / 9.0,
                "{failures}: {wait}"
            );
        }
    }

    #[test]
    fn jitter_is_a_tenth_at_most() {
        let wait = TimeDelta::minutes(10);
        assert_eq!(jittered(wait, 100), TimeDelta::minutes(11));
        assert_eq!(jittered(wait, -100), TimeDelta::minutes(9));
    }
}
