//! From rows to values of `domain`.

mod commitments;
mod directory;
