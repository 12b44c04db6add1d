//! An outcome document on its way into the record, as a browser brings it in and decides on it.

mod accepting;
mod bringing;
mod continuing;
mod deciding;
mod forward;
mod readings;
mod scene;

pub(super) use continuing::LATER;
pub(super) use scene::{brought, confirmed};
