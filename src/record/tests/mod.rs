//! What the record promises, by story: what is refused and where ([`refused`]), what is understood
//! ([`understood`]), importing again ([`importing_again`]), byte for byte the same
//! ([`round_trip`]), and the record that is shipped ([`first`]).

mod first;
mod importing_again;
mod refused;
mod round_trip;
mod understood;
mod worlds;
