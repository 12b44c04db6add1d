//! What handovers leave to people, told by the command line and the operator's page.

use super::ids::DeskId;

/// What a handover leaves to a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Undecided {
    /// Something restricted stays with a desk that has ended: the successor is not among its
    /// readers. How much there is of it is for its readers to know.
    NotAReader { from: DeskId, to: DeskId },
    /// A desk has ended, and nobody succeeds: so many open commitments that are not restricted.
    NoSuccessor { desk: DeskId, leads: usize },
}
