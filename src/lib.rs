//! Aide-mémoire keeps the commitments diplomatic dialogues produce, and reminds the desks
//! responsible. This is the map of the house.

pub mod domain;
pub mod planner;
