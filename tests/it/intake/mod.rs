//! Outcome documents in the genre, written for these tests: what is proposed of each, sentence by
//! sentence, with strength, debtor and window; what is passed over, and why; and that any text at
//! all is read without a panic, in time that grows with its length.

mod anything;
mod documents;
mod genres;
mod lexicon;
mod parties;
mod turns;
