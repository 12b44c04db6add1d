//! What the store promises, on both databases.

mod ledger;
mod opening;
mod record;
