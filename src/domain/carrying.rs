//! What became of a commitment by the next meeting of its series, as a pure change of the record: met,
//! continued in a commitment of the new document, or dropped.

use super::commitment::{Commitment, Lifecycle};
use super::ids::{CommitmentRef, ReaderId};
use super::meeting::Meeting;
use super::moving::Entered;
use super::reporting::Complaint;
use super::reviewing::{Ending, carried_into, ended};

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became<'a> {
    Met,
    /// This commitment takes it on.
    Continued(&'a Commitment),
    Dropped,
}

/// The commitment as it is marked at a later meeting, and the one that continues it, following it.
///
/// # Errors
/// One that is over, or is of that very meeting; no reason where one is needed; a successor that does
/// not continue it.
pub fn carried(
    commitment: &Commitment,
    meeting: &Meeting,
    became: Became<'_>,
    reason: Option<&str>,
    by: &ReaderId,
    entered: Entered,
) -> Result<(Commitment, Option<Commitment>), Vec<Complaint>> {
    if commitment.meeting.as_ref() == Some(&meeting.id) {
        let words = "It is of this very meeting; only what an earlier one left open is carried on.";
        return Err(complaint("all", words));
    }
    let said = |what: &str| match reason {
        Some(reason) => format!("{what} at the {}: {reason}", meeting.name()),
        None => format!("{what} at the {}", meeting.name()),
    };
    match became {
        Became::Met => {
            let after = ended(commitment, Ending::Met, Some(&said("Met")), by, entered)?;
            Ok((after, None))
        }
        Became::Dropped if reason.is_none() => {
            Err(complaint("reason", "Say in a line why it is dropped."))
        }
        Became::Dropped => {
            let why = said("Dropped");
            let after = ended(commitment, Ending::Withdrawn, Some(&why), by, entered)?;
            Ok((after, None))
        }
        Became::Continued(successor) => {
            check_successor(commitment, successor)?;
            let why = said("Continued");
            let after = carried_into(commitment, &why, by, entered)?;
            let mut next = successor.clone();
            next.follows = Some(commitment.reference.clone());
            Ok((after, Some(next)))
        }
    }
}

/// It continues one commitment, within the same partnership, and for nobody who may not read that.
fn check_successor(old: &Commitment, new: &Commitment) -> Result<(), Vec<Complaint>> {
    let refused = |words: &str| Err(complaint("new", words));
    if new.reference == old.reference {
        return refused("A commitment does not continue itself.");
    }
    if new.state != Lifecycle::Open {
        return refused("What continues it must be open.");
    }
    if new.partnership != old.partnership {
        return refused("What continues it must be of the same partnership.");
    }
    let follows = |other: &CommitmentRef| *other != old.reference;
    if new.follows.as_ref().is_some_and(follows) {
        return refused("It continues another commitment already.");
    }
    let is_closer = new.is_restricted() && new.readers.iter().all(|r| old.readers.contains(r));
    if old.is_restricted() && !is_closer {
        return refused(
            "What continues a restricted commitment must be restricted, too, and for no other readers.",
        );
    }
    Ok(())
}

fn complaint(field: &'static str, words: &str) -> Vec<Complaint> {
    vec![Complaint::new(field, words)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::commitment::Confidentiality;

    fn tried(
        change: impl FnOnce(&mut Commitment, &mut Commitment),
        became: fn(&Commitment) -> Became<'_>,
        reason: Option<&str>,
    ) -> Result<(Commitment, Option<Commitment>), String> {
        let book = crate::record::first_record();
        let mut old = book.commitment("US37-01").unwrap().clone();
        let mut new = book.commitment("US37-02").unwrap().clone();
        new.reference = "US38-01".parse().unwrap();
        change(&mut old, &mut new);
        let meeting = &book.directory.meetings["asean-us-summit-13"];
        let by = "som-leader".parse().unwrap();
        let entered = Entered {
            on: "2025-10-28".parse().unwrap(),
            at: "2025-10-28T03:00:00Z".parse().unwrap(),
        };
        carried(&old, meeting, became(&new), reason, &by, entered)
            .map_err(|found| found[0].words.clone())
    }

    fn continued(new: &Commitment) -> Became<'_> {
        Became::Continued(new)
    }

    #[test]
    fn each_outcome_leaves_its_history() {
        let (met, next) = tried(|_, _| {}, |_| Became::Met, None).unwrap();
        assert_eq!((met.state, next), (Lifecycle::Closed, None));
        let said = met.updates.last().unwrap().text.as_deref();
        assert_eq!(said, Some("Met at the 13th ASEAN-U.S. Summit"));
        let (dropped, _) = tried(|_, _| {}, |_| Became::Dropped, Some("not wanted")).unwrap();
        assert_eq!(dropped.state, Lifecycle::Withdrawn);
        let (old, next) = tried(|_, _| {}, continued, None).unwrap();
        assert_eq!(old.state, Lifecycle::CarriedForward);
        assert_eq!(old.closed, "2025-10-28".parse().ok());
        let next = next.unwrap();
        assert_eq!(next.follows.unwrap().as_str(), "US37-01");
        assert_eq!(next.state, Lifecycle::Open);
    }

    #[test]
    fn what_cannot_be_carried_on_says_why() {
        let refused = |change: fn(&mut Commitment, &mut Commitment), words: &str| {
            let told = tried(change, continued, None).unwrap_err();
            assert!(told.contains(words), "{told}");
        };
        refused(
            |_, new| new.reference = "US37-01".parse().unwrap(),
            "itself",
        );
        refused(|_, new| new.state = Lifecycle::Closed, "open");
        refused(|_, new| new.partnership = None, "same partnership");
        refused(|_, new| new.follows = "US37-09".parse().ok(), "another");
        refused(|old, _| old.state = Lifecycle::Closed, "already");
        refused(
            |old, _| old.meeting = "asean-us-summit-13".parse().ok(),
            "very meeting",
        );
        let restrict = |c: &mut Commitment, readers: &[&str]| {
            c.confidentiality = Confidentiality::Restricted;
            c.readers = readers.iter().map(|r| r.parse().unwrap()).collect();
        };
        let told = tried(|old, _| restrict(old, &["asean-us-desk"]), continued, None);
        assert!(told.unwrap_err().contains("restricted"));
        let wider = |old: &mut Commitment, new: &mut Commitment| {
            restrict(old, &["asean-us-desk"]);
            restrict(new, &["asean-us-desk", "officer-cyber"]);
        };
        assert!(tried(wider, continued, None).is_err());
        let closer = |old: &mut Commitment, new: &mut Commitment| {
            restrict(old, &["asean-us-desk", "head-americas"]);
            restrict(new, &["asean-us-desk"]);
        };
        assert!(tried(closer, continued, None).is_ok());
        assert!(tried(|_, _| {}, |_| Became::Dropped, None).is_err());
    }
}
