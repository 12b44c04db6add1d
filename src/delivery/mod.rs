//! Delivery: from a notice to words, from words to a message, from a message to the relay, and what
//! came back. It decides nothing about when or whether: `planner` does, and `jobs` carries it out.
//!
//! [`letter`] writes the typed content of a mail, [`render`] sets it as text and HTML on the
//! installation's [`stationery`], [`message`] makes the bytes of it (which [`signature`] may sign),
//! [`transport`] drives the SMTP conversation step by step. [`signed`] are the
//! addresses by which what comes back is known for ours.

mod calendar_part;
pub mod inbound;
pub mod letter;
pub mod masking;
pub mod message;
pub mod refusal;
pub mod render;
pub mod signature;
pub mod signed;
pub mod stationery;
pub mod transport;
