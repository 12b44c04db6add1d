//! Intake: files that come from outside, read into values of `domain`. Pure: the caller reads the
//! file and the clock, and an act decides what becomes of it.

pub mod holidays;
mod lines;
