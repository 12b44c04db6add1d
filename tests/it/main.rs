//! The one integration binary. Each story is a module; `support` holds what they share.

mod binary;
mod calendars;
mod delivery;
mod doors;
mod guards;
mod intake;
mod scopes;
mod simulation;
mod store;
mod stories;
mod support;
mod web;
