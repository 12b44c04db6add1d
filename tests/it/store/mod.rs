//! What the store promises, on both databases.

mod opening;
mod record;
