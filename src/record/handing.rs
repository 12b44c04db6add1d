//! Handovers and files: when a desk's commitments pass to its successor, the daemon writes it into
//! the database and no file knows of it. Such an entry does not stand in the way of an edit from the
//! file, and the edit does not undo it.

use serde_json::Value;

use super::canonical::{Body, Entity, handover_body};
use crate::domain::commitment::{Commitment, Handover};
use crate::domain::ids::DeskId;

const HANDOVERS: &str = "handover";
const LEAD: &str = "lead";
const COOPERATING: &str = "cooperating";

/// Takes the handovers that no file tells of out of the database's form, and where the desks are
/// what these handovers made of the ones that people wrote, those.
pub(super) fn undone(body: &mut Body, database: &Commitment, file: &Body, base: Option<&Body>) {
    let lists = |body: &Body, entry: &Handover| {
        let entry = Value::Object(handover_body(entry));
        let listed = body.get(HANDOVERS).and_then(Value::as_array);
        listed.is_some_and(|list| list.contains(&entry))
    };
    let is_told = |h: &&Handover| lists(file, h) || base.is_some_and(|base| lists(base, h));
    let (told, made_here): (Vec<&Handover>, Vec<&Handover>) =
        database.handovers.iter().partition(is_told);
    if made_here.is_empty() {
        return;
    }
    let mut people = database.clone();
    people.handovers = told.into_iter().cloned().collect();
    let written = base.unwrap_or(file);
    if let Some((lead, cooperating)) = desks_of(written) {
        let mut passed = Commitment {
            lead: lead.clone(),
            cooperating: cooperating.clone(),
            ..database.clone()
        };
        for Handover { from, to, role, .. } in made_here {
            passed.pass(from, to, *role);
        }
        if (&passed.lead, &passed.cooperating) == (&database.lead, &database.cooperating) {
            (people.lead, people.cooperating) = (lead, cooperating);
        }
    }
    let people = people.body();
    for key in [LEAD, COOPERATING, HANDOVERS] {
        match people.get(key) {
            Some(value) => {
                body.insert(key.to_owned(), value.clone());
            }
            None => {
                body.shift_remove(key);
            }
        }
    }
}

/// The lead and the cooperating desks of a canonical form.
fn desks_of(body: &Body) -> Option<(DeskId, Vec<DeskId>)> {
    let desk = |value: &Value| DeskId::parse(value.as_str()?).ok();
    let cooperating = body.get(COOPERATING).and_then(Value::as_array);
    let cooperating = cooperating.into_iter().flatten().map(desk);
    Some((desk(body.get(LEAD)?)?, cooperating.collect::<Option<_>>()?))
}

/// The file's handovers, and those of the database that no file carries.
pub(super) fn kept_handovers(file: &Commitment, database: &Commitment) -> Vec<Handover> {
    let known = |h: &Handover| database.handovers.iter().find(|d| same(d, h)).cloned();
    let of_file = file.handovers.iter().map(|h| known(h).unwrap_or(h.clone()));
    let added = database
        .handovers
        .iter()
        .filter(|h| !file.handovers.iter().any(|f| same(f, h)));
    let mut all: Vec<Handover> = of_file.chain(added.cloned()).collect();
    all.sort_by_key(|h| h.date);
    all
}

fn same(a: &Handover, b: &Handover) -> bool {
    handover_body(a) == handover_body(b)
}

/// An edit from a file that still names the predecessor names the successor: the handovers that no
/// file tells of are done again on what the file says, as far as they fit.
pub(super) fn restored(edited: &mut Commitment, file: &Commitment, database: &Commitment) {
    let is_told = |h: &&Handover| file.handovers.iter().any(|f| same(f, h));
    for handover in database.handovers.iter().filter(|h| !is_told(h)) {
        let Handover { from, to, role, .. } = handover;
        // The successor may not read it: a person decides.
        let is_reader = edited.readers.iter().any(|r| r.as_str() == to.as_str());
        if !edited.is_restricted() || is_reader {
            edited.pass(from, to, *role);
        }
    }
}
