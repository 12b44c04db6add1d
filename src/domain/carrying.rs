//! What became of a commitment by the next meeting of its series, as a pure change of the record: met,
//! continued in a commitment of the new document, or dropped. It is said by whoever may end it, and
//! proposed to them by whoever keeps the record of its partnership.

use super::commitment::{Commitment, Lifecycle};
use super::directory::Directory;
use super::ids::{CommitmentRef, ReaderId};
use super::meeting::Meeting;
use super::moving::Entered;
use super::progress::{Reported, Update, UpdateState};
use super::reporting::{Complaint, Report, submitted};
use super::reviewing::{
    Ending, Judgement, accepted, awaiting, borne_out, carried_into, checked, ended,
};

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
    check_meeting(commitment, meeting)?;
    let said = |what: &str| said(what, meeting, reason);
    let was_proposed = was_proposed(commitment, became, entered);
    let commitment = &match was_proposed {
        true => borne_out(commitment, by, entered),
        false => commitment.clone(),
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
            check_successor(commitment, successor).map_err(|words| complaint("new", words))?;
            let why = said("Continued");
            let after = carried_into(commitment, &why, by, entered)?;
            Ok((after, Some(following(successor, commitment))))
        }
    }
}

/// The commitment with an update that proposes what became of it, for its SOM leader to decide on; and
/// the one that would continue it, following it already. What it reports is what its end would: it is
/// completed, discontinued, or goes on and asks to be carried forward.
///
/// # Errors
/// What [`carried`] refuses; one of which an update waits for a decision already.
pub fn proposed(
    commitment: &Commitment,
    directory: &Directory,
    meeting: &Meeting,
    became: Became<'_>,
    reason: Option<&str>,
    by: &ReaderId,
    entered: Entered,
) -> Result<(Commitment, Option<Commitment>), Vec<Complaint>> {
    check_meeting(commitment, meeting)?;
    if awaiting(commitment, entered).is_some() {
        let words = "An update of it waits for a decision; that comes first.";
        return Err(complaint("all", words));
    }
    checked("reason", reason)?;
    let report = |reported: Reported, what: &str| Report {
        text: Some(said(what, meeting, reason)),
        ..Report::of(reported)
    };
    let (report, next) = match became {
        Became::Met => (report(Reported::Completed, "Met"), None),
        Became::Dropped if reason.is_none() => {
            return Err(complaint("reason", "Say in a line why it is dropped."));
        }
        Became::Dropped => (report(Reported::Discontinued, "Dropped"), None),
        Became::Continued(successor) => {
            check_successor(commitment, successor).map_err(|words| complaint("new", words))?;
            let mut report = report(Reported::Ongoing, "Continued");
            report.ask = Some(MAY_IT.to_owned());
            (report, Some(following(successor, commitment)))
        }
    };
    let mut after = submitted(commitment, directory, &report, by, entered)?;
    // It comes from no draft: what its author keeps as one is about something else.
    let drafts = commitment.updates.iter().filter(|u| !u.counts());
    let gone = drafts.filter(|draft| !after.updates.contains(draft));
    let gone: Vec<_> = gone.cloned().collect();
    after.updates.extend(gone);
    after.updates.sort_by_key(|update| update.date);
    Ok((after, next))
}

/// The commitment with the proposal that waits accepted: it is carried forward into the one that follows it.
///
/// # Errors
/// What [`accepted`] refuses; a successor that may not continue it any more.
pub fn carried_as_proposed(
    commitment: &Commitment,
    directory: &Directory,
    successor: &Commitment,
    judgement: &Judgement,
    by: &ReaderId,
    entered: Entered,
) -> Result<Commitment, Vec<Complaint>> {
    check_successor(commitment, successor).map_err(|words| complaint("all", words))?;
    let judgement = Judgement {
        ends: false, // What it reports is no end.
        ..judgement.clone()
    };
    let mut after = accepted(commitment, directory, &judgement, by, entered)?;
    after.state = Lifecycle::CarriedForward;
    after.closed = Some(entered.on);
    Ok(after)
}

/// What a proposal to carry forward asks. It does not name what follows: whoever reads the older one need
/// not read the newer.
const MAY_IT: &str = "May it be carried forward into the one that follows it?";

/// Whether an update proposes that its commitment be continued by the one that follows it.
pub fn proposes_to_continue(update: &Update) -> bool {
    update.ask.as_deref() == Some(MAY_IT)
}

/// Whether it is such a proposal, and waits.
pub fn is_pending(update: &Update) -> bool {
    update.awaits_review() && proposes_to_continue(update)
}

/// Whether an open commitment follows another: it continues it, or would.
pub fn is_to_continue(new: &Commitment, old: &CommitmentRef) -> bool {
    new.state == Lifecycle::Open && new.follows.as_ref() == Some(old)
}

/// Whether what happened between the two turned down a proposal to carry the commitment forward: it was
/// returned, or the commitment ended without it.
pub fn is_turned_down(before: &Commitment, after: &Commitment) -> bool {
    let proposals = |of: &Commitment, state: UpdateState| {
        let all = of.updates.iter().filter(|u| proposes_to_continue(u));
        all.filter(|u| u.state == state).count()
    };
    let more = |state: UpdateState| proposals(after, state) > proposals(before, state);
    let ends = before.is_open() && !after.is_open() && !more(UpdateState::Accepted);
    more(UpdateState::Returned) || ends && proposals(after, UpdateState::Submitted) > 0
}

/// The one that was to continue another, following nothing any more.
pub fn let_go(new: &Commitment) -> Commitment {
    Commitment {
        follows: None,
        ..new.clone()
    }
}

/// Whether the update that waits proposes just this.
fn was_proposed(commitment: &Commitment, became: Became<'_>, entered: Entered) -> bool {
    let Some(place) = awaiting(commitment, entered) else {
        return false;
    };
    let waiting = &commitment.updates[place];
    match became {
        Became::Met => waiting.reported.is_completed(),
        Became::Dropped => waiting.reported == Reported::Discontinued,
        Became::Continued(successor) => {
            proposes_to_continue(waiting)
                && successor.follows.as_ref() == Some(&commitment.reference)
        }
    }
}

fn following(successor: &Commitment, old: &Commitment) -> Commitment {
    Commitment {
        follows: Some(old.reference.clone()),
        ..successor.clone()
    }
}

/// `Met at the 13th ASEAN-U.S. Summit: signed there`
fn said(what: &str, meeting: &Meeting, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("{what} at the {}: {reason}", meeting.name()),
        None => format!("{what} at the {}", meeting.name()),
    }
}

fn check_meeting(commitment: &Commitment, meeting: &Meeting) -> Result<(), Vec<Complaint>> {
    match commitment.meeting.as_ref() == Some(&meeting.id) {
        true => Err(complaint(
            "all",
            "It is of this very meeting; only what an earlier one left open is carried on.",
        )),
        false => Ok(()),
    }
}

/// It continues one commitment, within the same partnership, and for nobody who may not read that.
fn check_successor(old: &Commitment, new: &Commitment) -> Result<(), &'static str> {
    if new.reference == old.reference {
        return Err("A commitment does not continue itself.");
    }
    if new.state != Lifecycle::Open {
        return Err("What continues it must be open.");
    }
    if new.partnership != old.partnership {
        return Err("What continues it must be of the same partnership.");
    }
    let follows = |other: &CommitmentRef| *other != old.reference;
    if new.follows.as_ref().is_some_and(follows) {
        return Err("It continues another commitment already.");
    }
    let is_closer = new.is_restricted() && new.readers.iter().all(|r| old.readers.contains(r));
    if old.is_restricted() && !is_closer {
        return Err(
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
    use crate::domain::reviewing::returned;

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
    fn what_is_proposed_is_for_the_som_leader_to_decide_on_and_ends_nothing() {
        let book = crate::record::first_record();
        let old = book.commitment("US37-01").unwrap().clone();
        let mut new = book.commitment("US37-02").unwrap().clone();
        new.reference = "US38-01".parse().unwrap();
        let meeting = &book.directory.meetings["asean-us-summit-13"];
        let by = "officer-asean-us".parse().unwrap();
        let entered = Entered {
            on: "2025-10-28".parse().unwrap(),
            at: "2025-10-28T03:00:00Z".parse().unwrap(),
        };
        let propose = |old: &Commitment, became: Became<'_>, reason: Option<&str>| {
            let done = proposed(old, &book.directory, meeting, became, reason, &by, entered);
            done.map_err(|found| found[0].words.clone())
        };
        for (became, reason) in [
            (Became::Met, None),
            (Became::Dropped, Some("not wanted")),
            (Became::Continued(&new), None),
        ] {
            let (after, next) = propose(&old, became, reason).unwrap();
            assert!(after.is_open() && after.closed.is_none(), "{became:?}");
            let update = after.updates.last().unwrap();
            assert!(update.awaits_review() && update.wants_som_leader());
            let text = update.text.as_deref().unwrap();
            assert!(text.contains("at the 13th ASEAN-U.S. Summit"), "{text}");
            let told = format!("{text} {:?}", update.ask);
            assert!(!told.contains("US38-01"), "{told}");
            let follows = next.as_ref().and_then(|next| next.follows.clone());
            let is_continued = matches!(became, Became::Continued(_));
            assert_eq!(follows == Some(old.reference.clone()), is_continued);
            // Said as it was proposed, the proposal is decided with it; said otherwise, it is not.
            let next = next.unwrap_or_else(|| new.clone());
            let said = |became: Became<'_>| {
                let done = carried(&after, meeting, became, Some("so"), &by, entered);
                let (over, _) = done.unwrap();
                assert!(!over.is_open());
                over.updates.iter().any(|u| u.awaits_review())
            };
            let (met, dropped) = (said(Became::Met), said(Became::Dropped));
            let continued = said(Became::Continued(&next));
            let waits = match became {
                Became::Met => (met, dropped && continued),
                Became::Dropped => (dropped, met && continued),
                Became::Continued(_) => (continued, met && dropped),
            };
            assert_eq!(waits, (false, true), "{became:?}");
            if is_continued {
                let accept = |next: &Commitment| {
                    let as_it_is = Judgement::default();
                    let directory = &book.directory;
                    carried_as_proposed(&after, directory, next, &as_it_is, &by, entered)
                };
                let over = accept(&next).unwrap();
                assert_eq!(over.state, Lifecycle::CarriedForward);
                assert_eq!(
                    over.updates.len(),
                    after.updates.len(),
                    "it says so already"
                );
                assert!(!over.updates.iter().any(Update::awaits_review));
                assert!(!is_turned_down(&after, &over));
                // Nor where an earlier proposal was never decided on.
                let mut twice = after.clone();
                twice.updates.push(update.clone());
                let mut over = twice.clone();
                over.state = Lifecycle::CarriedForward;
                over.updates.last_mut().unwrap().state = UpdateState::Accepted;
                assert!(!is_turned_down(&twice, &over));
                let closed = Commitment {
                    state: Lifecycle::Closed,
                    ..next.clone()
                };
                assert!(accept(&closed).is_err());
            }
            // Returned or said otherwise, a proposal to continue is turned down; said as proposed it is not.
            let sent_back = returned(&after, Some("Not yet"), &by, entered).unwrap();
            let ends = |became: Became<'_>| {
                let (over, _) = carried(&after, meeting, became, Some("so"), &by, entered).unwrap();
                is_turned_down(&after, &over)
            };
            let turned_down = (
                is_turned_down(&after, &sent_back),
                ends(Became::Met),
                ends(Became::Continued(&next)),
            );
            assert_eq!(turned_down, (is_continued, is_continued, false));
            assert!(!is_turned_down(&old, &after) && !is_turned_down(&sent_back, &sent_back));
            // One proposal at a time.
            let again = propose(&after, Became::Met, None).unwrap_err();
            assert!(again.contains("comes first"), "{again}");
        }
        assert!(propose(&old, Became::Dropped, None).is_err());
        let draft =
            crate::domain::reporting::drafted(&old, &Report::of(Reported::Ongoing), &by, entered);
        let (after, _) = propose(&draft.unwrap(), Became::Met, None).unwrap();
        let drafts = after.updates.iter().filter(|u| !u.counts());
        assert_eq!(drafts.count(), 1, "what they were writing is kept");
        let long = "a".repeat(1_001);
        assert!(propose(&old, Became::Met, Some(&long)).is_err());
        assert!(propose(&old, Became::Continued(&old), None).is_err());
        let of_meeting = Commitment {
            meeting: Some(meeting.id.clone()),
            ..old.clone()
        };
        assert!(propose(&of_meeting, Became::Met, None).is_err());
        let over = Commitment {
            state: Lifecycle::Closed,
            ..old.clone()
        };
        assert!(propose(&over, Became::Met, None).is_err());
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
