//! Aide-mémoire keeps the commitments diplomatic dialogues produce, and reminds the desks
//! responsible. This is the map of the house.
//!
//! One reminder, from the record to the wire:
//!
//! 1. [`record`] reads a file with places; [`acts::import`] merges it into the [`store`].
//! 2. [`jobs::doorbell`] rings; [`jobs::plan`] asks the store who has something to say by now.
//! 3. [`planner`] says what is due, to whom and why: pure, on the values of [`domain`].
//! 4. The store keeps each occurrence once, and puts it on its reader's notice of the morning.
//! 5. [`jobs::deliver`] claims the notice; its courier asks again whether it still holds, lets
//!    [`delivery`] write the letter and drive the relay, and settles what came of it.
//! 6. [`web`] shows all of it, in the words of [`wording`].
//!
//! Who may come to the pages stands in [`web`]'s table of routes; [`doors`] holds what opens them
//! (passwords, second steps, secret words), `acts::accounts` decides with it.
//!
//! Dependence runs one way: `domain` <- `planner`, `record`, `intake`, `wording` <- `store`, `delivery` <-
//! `acts` <- `jobs`, `web` <- `app` <- `cli` <- `main`. The first row is pure: no clock, no database,
//! no network; what they need to know of the present is an argument. Only `store` names SeaORM.

pub mod acts;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod delivery;
pub mod domain;
pub mod doors;
pub mod entropy;
pub mod intake;
pub mod jobs;
pub mod key_file;
pub mod lifecycle;
pub mod openid;
pub mod planner;
pub mod record;
pub mod store;
pub mod telemetry;
pub mod web;
pub mod witness;
pub mod wording;
