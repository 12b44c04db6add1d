//! From a request to a page: each handler asks the store for what the page is drawn from.

pub mod account;
pub mod accounts;
pub mod after_meeting;
pub mod again;
pub mod answer;
pub mod api;
pub mod bulk;
pub mod carrying;
pub mod demo;
pub mod editing;
pub mod elsewhere;
pub mod finding;
pub mod intake;
pub mod ledger;
pub mod link;
pub mod plain;
pub mod public;
pub mod record;
pub mod reviewing;
pub mod sign_in;
pub mod unsubscribe;
pub mod views;
pub mod work;
