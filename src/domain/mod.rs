//! What the product is about, as plain values: who owes what to whom, by when, which desk answers
//! for it, and the rules by which people hear of it. Pure: no clock, no I/O, no database.
//!
//! Start with [`commitment`]; [`deadline`] and [`calendar`] are the arithmetic under it, and
//! [`directory`] holds everything a commitment refers to.

#[macro_use]
mod closed_list;

pub mod access;
pub mod account;
pub mod after_meeting;
pub mod answer;
pub mod answering;
pub mod audit;
pub mod book;
pub mod bounce;
pub mod calendar;
pub mod carrying;
pub mod commitment;
pub mod consequence;
pub mod deadline;
pub mod desk;
pub mod directory;
pub mod document;
pub mod evidence;
pub mod finding;
pub mod folding;
pub mod habits;
pub mod handover;
pub mod hours;
pub mod ids;
pub mod instrument;
pub mod intake;
pub mod ledger;
pub mod meeting;
pub mod mentioning;
pub mod moving;
pub mod nearest;
pub mod notice;
pub mod partnership;
pub mod party;
pub mod policy;
pub mod progress;
pub mod raising;
pub mod reporting;
pub mod retiming;
pub mod reviewing;
pub mod rights;
pub mod rule;
pub mod schedule;
pub mod sighting;
pub mod silence;
pub mod token;
pub mod view;
