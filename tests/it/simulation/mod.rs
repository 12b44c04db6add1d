//! Simulation: worlds drawn by a seed, in which the real planner, store and delivery live through
//! months of edits, outages, deaths and clock jumps, one step at a time; and at the end the
//! accounts. `docs/testing.md` says how to run more of them and how to replay one.

mod accounts;
mod acts;
mod crew;
mod dice;
mod drawing;
mod edits;
mod expectations;
mod habits;
mod happenings;
mod history;
mod letters;
mod moods;
mod network;
mod plans;
mod rehearsed;
mod reports;
mod sketch;
mod spoils;
mod time;
mod transcript;
mod witness;
mod worlds;
