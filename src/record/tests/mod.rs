//! What the record promises, by story: what is refused and where ([`refused`],
//! [`refused_files`]), what is understood ([`understood`]), importing again
//! ([`importing_again`]), byte for byte the same ([`round_trip`]), and the record that is shipped
//! ([`first`]).

mod first;
mod habits;
mod house;
mod importing_again;
mod installation;
mod refused;
mod refused_files;
mod round_trip;
mod understood;
mod worlds;
