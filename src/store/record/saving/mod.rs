//! From values of `domain` to rows.

mod commitments;
mod directory;
