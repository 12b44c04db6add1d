//! Whom an address that mail does not reach concerns, and who hears in their place. The same
//! functions that find the readers of reminders say it: pages and the command line ask here.

use super::recipients::mailbox_of;
use crate::domain::desk::EmailAddress;
use crate::domain::directory::Directory;
use crate::domain::ids::ReaderId;

/// A reader whose mail does not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreached {
    pub reader: ReaderId,
    /// Who hears in their place; `None`: nobody, and such copies are skipped.
    pub hears: Option<ReaderId>,
}

/// The desks and people whose address this is. An address that nobody has on record any more
/// concerns nobody.
pub fn concerned(address: &EmailAddress, directory: &Directory) -> Vec<Unreached> {
    let address = address.lower_case();
    let is =
        |email: &Option<EmailAddress>| email.as_ref().is_some_and(|e| e.lower_case() == address);
    let desks = directory.desks.values().filter(|d| is(&d.email));
    let desks = desks.map(|desk| Unreached {
        reader: (&desk.id).into(),
        hears: mailbox_of(&desk.id, directory),
    });
    let people = directory.people.values().filter(|p| is(&p.email));
    // A desk has a way round; whoever holds an office has not.
    let people = people.map(|person| Unreached {
        reader: (&person.id).into(),
        hears: None,
    });
    desks.chain(people).collect()
}
