//! Aide-mémoire keeps the commitments diplomatic dialogues produce, and reminds the desks
//! responsible. This is the map of the house.

pub mod clock;
pub mod config;
pub mod delivery;
pub mod domain;
pub mod lifecycle;
pub mod planner;
pub mod record;
pub mod store;
pub mod telemetry;
pub mod wording;
