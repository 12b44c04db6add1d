//! Intake: what comes from outside, read into values of `domain`. Pure: the caller reads the file
//! and the clock, and an act decides what becomes of it.
//!
//! [`holidays`] reads calendars. [`extraction`] reads outcome documents: it is where to begin; the
//! words it goes by are data ([`lexicon`]). [`matching`] says what a document means beside the record.

mod blocks;
mod clauses;
pub mod extraction;
pub mod files;
pub mod frame;
pub mod holidays;
mod items;
mod judging;
pub mod lexicon;
mod lines;
pub mod matching;
mod names;
mod parties;
pub mod review;
mod strength;
mod subjects;
mod titles;
mod tokens;
pub mod when;
