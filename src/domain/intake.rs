//! An outcome document on its way into the record, and what it proposed: who may read it, and what may
//! become of a proposal. Nothing of it is on record before a person accepts it.

use super::access::Viewer;
use super::commitment::Effect;
use super::ids::{CommitmentRef, PartnershipId, PersonId};
use super::rights::Rights;

closed_list! {
    /// Where a proposal came from.
    Origin {
        /// The program read it in the document.
        Read = "read",
        /// The program had passed the sentence over, and a person proposed it after all.
        Passed = "passed",
        /// A person chose the words.
        Added = "added",
        /// A part of another one, or the same words for another desk.
        Split = "split",
    }
}

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It waits for a person.
    Proposed,
    /// It is on record, as this commitment.
    Accepted { reference: CommitmentRef },
    /// It is on record as a mention of an older commitment.
    Mention {
        reference: CommitmentRef,
        effect: Effect,
    },
    /// It is no commitment; in a person's words why.
    Rejected { reason: Option<String> },
    /// Its words went into this other one, by its number.
    Merged { into: u32 },
    /// Others took its place.
    Split,
}

impl State {
    pub fn is_open(&self) -> bool {
        matches!(self, State::Proposed)
    }

    /// The word of it, as the database keeps it.
    pub fn word(&self) -> &'static str {
        match self {
            State::Proposed => "proposed",
            State::Accepted { .. } => "accepted",
            State::Mention { .. } => "mention",
            State::Rejected { .. } => "rejected",
            State::Merged { .. } => "merged",
            State::Split => "split",
        }
    }
}

/// What decides who reads a document that is on its way into the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Custody<'a> {
    pub partnership: &'a PartnershipId,
    /// Who brought it.
    pub by: &'a PersonId,
    /// Whoever runs the installation does not read it by that alone.
    pub is_confidential: bool,
}

/// Whose documents somebody reads, for a list: the equal of [`may_read`] as the store asks it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reach {
    /// Whoever brought it reads it.
    pub person: Option<PersonId>,
    /// The partnerships whose record they keep.
    pub partnerships: Vec<PartnershipId>,
    /// Everything that is not confidential.
    pub all_open: bool,
}

/// A document on its way into the record is read by whoever keeps the partnership's record, and by
/// whoever brought it; by nobody else. Running the installation opens what is not confidential.
pub fn may_read(rights: &Rights<'_>, administrator: bool, custody: Custody<'_>) -> bool {
    let Viewer::Person(me) = rights.viewer else {
        return false;
    };
    me == custody.by
        || rights.coordinates(custody.partnership)
        || administrator && !custody.is_confidential
}

/// Whether somebody may decide on its proposals: whoever keeps the partnership's record, as far as they
/// read it.
pub fn may_decide(rights: &Rights<'_>, administrator: bool, custody: Custody<'_>) -> bool {
    may_read(rights, administrator, custody)
        && rights.may_edit_record(Some(custody.partnership), administrator)
}

/// What [`may_read`] lets somebody read, as a list.
pub fn reach(rights: &Rights<'_>, administrator: bool) -> Reach {
    let Viewer::Person(me) = rights.viewer else {
        return Reach::default();
    };
    let all = rights.directory.partnerships.keys();
    Reach {
        person: Some(me.clone()),
        partnerships: all.filter(|id| rights.coordinates(id)).cloned().collect(),
        all_open: administrator,
    }
}

impl Reach {
    pub fn includes(&self, custody: Custody<'_>) -> bool {
        self.person.as_ref() == Some(custody.by)
            || self.partnerships.contains(custody.partnership)
            || self.all_open && !custody.is_confidential
    }
}

/// The partnerships whose documents somebody may bring in.
pub fn partnerships_of(rights: &Rights<'_>, administrator: bool) -> Vec<PartnershipId> {
    let Viewer::Person(_) = rights.viewer else {
        return Vec::new();
    };
    let all = rights.directory.partnerships.keys();
    all.filter(|id| rights.may_edit_record(Some(id), administrator))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record;

    const HOUSE: &str = r#"
schema = 1
calendar = [{ id = "kh", name = "Phnom Penh", timezone = "Asia/Phnom_Penh" }]
party = [{ id = "us", name = "U.S.", kind = "partner" }]
person = [{ id = "keeper", name = "Keeper" }, { id = "other", name = "Other" }, { id = "bringer", name = "Bringer" }]
desk = [
  { id = "keeping", name = "Keeping", calendar = "kh", officers = ["keeper"] },
  { id = "elsewhere", name = "Elsewhere", calendar = "kh", officers = ["other"] },
]
partnership = [
  { id = "asean-us", name = "ASEAN-U.S.", desk = "keeping" },
  { id = "asean-eu", name = "ASEAN-EU", desk = "elsewhere" },
]
"#;

    /// Who reads, who decides, and that the list says the same.
    #[test]
    fn it_is_for_those_who_keep_the_record_and_for_whoever_brought_it() {
        let book = record::read_text("record.toml", HOUSE).expect("a sound record");
        let us: PartnershipId = "asean-us".parse().expect("an id");
        let by: PersonId = "bringer".parse().expect("an id");
        let person = |id: &str| Viewer::Person(id.parse().expect("an id"));
        let everybody = [
            (person("keeper"), false, [true, true], [true, true]),
            (person("other"), false, [false, false], [false, false]),
            (person("bringer"), false, [true, true], [false, false]),
            (person("bringer"), true, [true, true], [true, true]),
            (person("other"), true, [true, false], [true, false]),
            (Viewer::Operator, true, [false, false], [false, false]),
            (Viewer::Stranger, false, [false, false], [false, false]),
            (
                Viewer::Desk("keeping".parse().expect("an id")),
                false,
                [false, false],
                [false, false],
            ),
            (
                Viewer::Guest("keeper".parse().expect("an id")),
                false,
                [false, false],
                [false, false],
            ),
        ];
        for (viewer, administrator, reads, decides) in everybody {
            let rights = Rights {
                viewer: &viewer,
                directory: &book.directory,
                now: "2025-06-02T02:00:00Z".parse().expect("an instant"),
            };
            for (n, is_confidential) in [false, true].into_iter().enumerate() {
                let custody = Custody {
                    partnership: &us,
                    by: &by,
                    is_confidential,
                };
                let told = format!("{viewer:?} {administrator} {is_confidential}");
                assert_eq!(
                    may_read(&rights, administrator, custody),
                    reads[n],
                    "{told}"
                );
                assert_eq!(
                    may_decide(&rights, administrator, custody),
                    decides[n],
                    "{told}"
                );
                assert_eq!(
                    reach(&rights, administrator).includes(custody),
                    reads[n],
                    "{told}"
                );
            }
        }
    }
}
