//! After an edit of something that many commitments hang on: the narrowest re-timing that leaves
//! none of them behind is asked for, in the transaction of the edit. The planner works it off.

use std::collections::BTreeSet;

use crate::domain::directory::Directory;
use crate::domain::ids::{CalendarId, DeskId, MeetingId, PartnershipId, PersonId};
use crate::domain::retiming::{Scope, Ties};
use crate::record::{EntityKey, entity};
use crate::store::{Change, StoreError};

/// Asks for the re-timing of all that hangs on the things an edit changed. `before` and `after` are
/// the directory without and with the edit. Commitments that it changed are timed anew as it is.
pub async fn ask(
    change: &mut Change,
    before: &Directory,
    after: &Directory,
    changed: &[EntityKey],
) -> Result<(), StoreError> {
    for scope in scopes(before, after, changed) {
        change.ask_replan_of(&scope).await?;
    }
    Ok(())
}

/// Whose commitments may be timed otherwise after an edit of these things. What is new has nothing
/// hanging on it yet but what the same edit brought.
pub fn scopes(before: &Directory, after: &Directory, changed: &[EntityKey]) -> BTreeSet<Scope> {
    let mut scopes = BTreeSet::new();
    let mut touched = Ties::default();
    for EntityKey { kind, id } in changed {
        match *kind {
            entity::POLICY => return BTreeSet::from([Scope::Everything]),
            entity::PARTNERSHIP => scopes.extend(
                PartnershipId::parse(id)
                    .ok()
                    .filter(|id| before.partnerships.contains_key(id))
                    .map(Scope::Partnership),
            ),
            entity::MEETING => scopes.extend(
                MeetingId::parse(id)
                    .ok()
                    .filter(|id| before.meetings.contains_key(id))
                    .map(Scope::Meeting),
            ),
            entity::CALENDAR => touched.calendars.extend(CalendarId::parse(id).ok()),
            entity::DESK => touched.desks.extend(DeskId::parse(id).ok()),
            entity::PERSON => touched.people.extend(PersonId::parse(id).ok()),
            entity::ABSENCE => {
                let person = id.split_once('@').map_or(id.as_str(), |(person, _)| person);
                touched.people.extend(PersonId::parse(person).ok());
            }
            _ => {}
        }
    }
    let desks = desks_that_hang_on(&touched, before, after);
    // One pass over everything costs less than many passes over most of it.
    if desks.len() * 2 > before.desks.len() {
        return BTreeSet::from([Scope::Everything]);
    }
    scopes.extend(desks.into_iter().map(Scope::Desk));
    scopes
}

/// Asked of the directory as it was and as it is: a tie that the edit cut counts too.
fn desks_that_hang_on(touched: &Ties, before: &Directory, after: &Directory) -> Vec<DeskId> {
    let hangs = |desk: &&DeskId| {
        [before, after]
            .iter()
            .any(|directory| Ties::of_desk(desk, directory).meets(touched))
    };
    before.desks.keys().filter(hangs).cloned().collect()
}
