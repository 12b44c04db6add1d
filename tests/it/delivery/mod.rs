//! Mail: what letters say, how messages are made, and what the transport makes of every way in
//! which a relay can fail.

mod calendar_part;
pub mod inbound;
mod letters;
mod messages;
mod signature;
mod stationery;
mod transport;
mod trust;
