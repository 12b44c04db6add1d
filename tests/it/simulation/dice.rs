//! Everything a world leaves to chance comes from here: the same seed, the same throws.

use std::sync::Mutex;

use aide_memoire::entropy::Entropy;

/// SplitMix64: small, and good enough to choose by.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.bits() % n.max(1) as u64) as usize
    }

    /// A number from a range, both ends included.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        first + (self.bits() % (last - first + 1) as u64) as i64
    }

    /// True so many times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.bits() % 100 < percent
    }

    pub fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    /// Other dice, whose throws do not depend on how often these are thrown.
    pub fn fork(&mut self) -> Dice {
        Dice(self.bits())
    }
}

/// The randomness of one daemon.
#[derive(Debug)]
pub struct Seeded(Mutex<Dice>);

impl Seeded {
    pub fn new(dice: Dice) -> Self {
        Self(Mutex::new(dice))
    }
}

impl Entropy for Seeded {
    fn bits(&self) -> u64 {
        self.0.lock().unwrap().bits()
    }
}
