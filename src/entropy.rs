//! Where randomness comes from: lease tokens, the ids of notices, the jitter of waits. Like the
//! time it is handed in, so that a simulation with one seed has one history.

use std::fmt::Debug;
use std::ops::RangeInclusive;

use uuid::Uuid;

/// A source of random bits.
pub trait Entropy: Debug + Send + Sync + 'static {
    /// The next 64 of them.
    fn bits(&self) -> u64;
}

/// The randomness of a working installation: the system's, which nobody can foresee.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn bits(&self) -> u64 {
        rand::random()
    }
}

impl dyn Entropy {
    /// A random (version 4) identifier.
    pub fn uuid(&self) -> Uuid {
        let bits = (u128::from(self.bits()) << 64) | u128::from(self.bits());
        uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()
    }

    /// A number from a range; near enough to evenly distributed for small ranges.
    pub fn between(&self, range: RangeInclusive<i64>) -> i64 {
        let (first, last) = range.into_inner();
        let width = u64::try_from(last - first).unwrap_or(0) + 1;
        first + i64::try_from(self.bits() % width).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Always(u64);

    impl Entropy for Always {
        fn bits(&self) -> u64 {
            self.0
        }
    }

    #[test]
    fn ids_are_random_and_no_two_alike() {
        let system: &dyn Entropy = &SystemEntropy;
        let (one, other) = (system.uuid(), system.uuid());
        assert_ne!(one, other);
        assert_eq!(one.get_version_num(), 4);
    }

    #[test]
    fn a_number_is_within_its_range() {
        for bits in [0, 1, 200, 201, u64::MAX] {
            let source: &dyn Entropy = &Always(bits);
            assert!((-100..=100).contains(&source.between(-100..=100)));
            assert_eq!(source.between(7..=7), 7);
        }
    }
}
