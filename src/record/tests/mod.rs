//! What the record promises, by story: what is refused and where ([`refused`],
//! [`refused_files`]), what is understood ([`understood`]), importing again
//! ([`importing_again`]), byte for byte the same ([`round_trip`]), the record that is shipped
//! ([`first`]), and what of one a partner may have ([`for_partner`]).

mod first;
mod for_partner;
mod habits;
mod house;
mod importing_again;
mod installation;
mod mentions;
mod refused;
mod refused_files;
mod round_trip;
mod understood;
mod worlds;
