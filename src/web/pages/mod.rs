//! One file a page: its typed context, and the pure function that draws it from the record.

pub mod accounts;
pub mod after_meeting;
pub mod answer;
pub mod bulk;
pub mod calendars;
pub mod carrying;
pub mod commitment;
pub mod commitments;
pub mod desks;
pub mod edit;
pub mod forms;
pub mod intake;
pub mod mail;
pub mod meetings;
pub mod my_desk;
pub mod operator;
pub mod outcome;
pub mod overview;
pub mod partnership;
pub mod public;
pub mod reviews;
pub mod search;
pub mod since;
pub mod thread;
pub mod views;
pub mod what_if;
