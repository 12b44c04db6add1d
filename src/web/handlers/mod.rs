//! From a request to a page: each handler asks the store for what the page is drawn from.

pub mod again;
pub mod answer;
pub mod demo;
pub mod ledger;
pub mod plain;
pub mod record;
pub mod unsubscribe;
