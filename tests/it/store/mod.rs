//! What the store promises, on both databases: the same stories, the same outcome.

mod access;
mod audit;
mod books;
mod cache;
mod concurrency;
mod evidence;
mod finding;
mod habits;
mod ledger;
mod retiming;
mod round_trip;
mod saving;
mod schema;
mod timing;
mod unreachable;
mod views;
