//! What the stories share: small worlds built from domain values, and a relay that fails as told.
#![allow(dead_code, reason = "each story uses what it needs")]

pub mod accounts;
pub mod answers;
pub mod axe;
pub mod browser;
pub mod clock;
pub mod database;
pub mod dice;
pub mod forms;
pub mod hands;
pub mod house;
pub mod missing;
pub mod pages;
pub mod postgres;
pub mod provider;
pub mod proxy;
pub mod shelf;
pub mod smtp;
pub mod world;
