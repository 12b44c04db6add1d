//! Finding by words: the index of every text on record, kept in the transaction that saves the text
//! ([`index`]), and asked for what a viewer may read ([`search`]). What a word is, and which texts are
//! looked through, says [`domain::finding`](crate::domain::finding).

mod index;
#[cfg(test)]
mod plans;
mod search;

pub use search::Found;
