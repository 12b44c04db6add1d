//! What opens doors: passwords, the second step of signing in, and secret words that are kept as
//! hashes. Arithmetic and processor time, no database, no network, no clock; `acts` decide with it who
//! comes in.

pub mod password;
pub mod rules;
pub mod sealing;
pub mod totp;
pub mod word;
