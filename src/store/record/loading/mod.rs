//! From rows to values of `domain`.

mod assembling;
mod commitments;
mod directory;

#[cfg(test)]
pub(super) use commitments::{of_desks, of_meeting};
