//! What a desk reports, as a pure change of the record: a draft kept, an update submitted, a draft
//! withdrawn. What was typed is checked field by field, so that a page can say beside each what is
//! the matter. Saving it, and taking back what it answers, is an act.

use sha2::{Digest, Sha256};

use super::commitment::{Commitment, Confidentiality};
use super::directory::Directory;
use super::ids::ReaderId;
use super::moving::{Entered, NewDeadline, redated};
use super::progress::{Confidence, Extension, Reported, Update, UpdateState};

/// What is the matter with one field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The field's name in forms; `all` where it is about the whole.
    pub field: &'static str,
    /// A full sentence: what is the matter, and what to do.
    pub words: String,
}

impl Complaint {
    pub fn new(field: &'static str, words: impl Into<String>) -> Self {
        Self {
            field,
            words: words.into(),
        }
    }
}

/// What somebody reports of a commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub reported: Reported,
    pub confidence: Option<Confidence>,
    pub text: Option<String>,
    /// Web addresses, and files that were put beside the commitment (`file:` and their id).
    pub evidence: Vec<String>,
    pub next: Option<String>,
    /// A decision wanted.
    pub ask: Option<String>,
    pub extension: Option<Extension>,
    pub confidentiality: Confidentiality,
    /// Who gives it, where it is given in a desk's name.
    pub given: Option<String>,
    /// Whose draft it finishes, where it is not the author's own: a desk's may come by mail.
    pub finishes: Option<ReaderId>,
}

impl Report {
    /// A report of this status, and of nothing else yet.
    pub fn of(reported: Reported) -> Self {
        Self {
            reported,
            confidence: None,
            text: None,
            evidence: Vec::new(),
            next: None,
            ask: None,
            extension: None,
            confidentiality: Confidentiality::Internal,
            given: None,
            finishes: None,
        }
    }

    /// What a draft holds, to go on with.
    pub fn of_draft(draft: &Update) -> Self {
        Self {
            reported: draft.reported,
            confidence: draft.confidence,
            text: draft.text.clone(),
            evidence: draft.evidence.clone(),
            next: draft.next.clone(),
            ask: draft.ask.clone(),
            extension: draft.extension.clone(),
            confidentiality: draft.confidentiality,
            given: draft.given.clone(),
            finishes: draft.by.clone(),
        }
    }
}

/// How long each text may be, in characters.
pub const MOST_TEXT: usize = 4_000;
pub const MOST_LINE: usize = 1_000;
/// How many pieces of evidence one update names.
pub const MOST_EVIDENCE: usize = 20;
/// What begins the name of a file among the evidence.
pub const FILE: &str = "file:";

/// The commitment with a draft of this author's, in place of the one they had.
///
/// # Errors
/// A commitment that is over; texts that are too long.
pub fn drafted(
    commitment: &Commitment,
    report: &Report,
    by: &ReaderId,
    entered: Entered,
) -> Result<Commitment, Vec<Complaint>> {
    let mut complaints = over(commitment);
    complaints.extend(too_long(report));
    refuse(complaints)?;
    Ok(with(commitment, report, by, entered, UpdateState::Draft))
}

/// The commitment with the report submitted; the draft it came from is gone.
///
/// # Errors
/// What cannot be sent as it is, field by field.
pub fn submitted(
    commitment: &Commitment,
    directory: &Directory,
    report: &Report,
    by: &ReaderId,
    entered: Entered,
) -> Result<Commitment, Vec<Complaint>> {
    let mut complaints = over(commitment);
    complaints.extend(too_long(report));
    complaints.extend(unsound_evidence(report));
    if let Some(needs) = needs_words(report) {
        complaints.push(Complaint::new("text", needs));
    }
    if complaints.is_empty() {
        complaints.extend(unfit_extension(commitment, directory, report, entered));
    }
    refuse(complaints)?;
    Ok(with(
        commitment,
        report,
        by,
        entered,
        UpdateState::Submitted,
    ))
}

/// The commitment without the draft of this author (a person, or a desk); `None` where there is none.
pub fn without_draft(commitment: &Commitment, by: &ReaderId) -> Option<Commitment> {
    draft_of(commitment, by)?;
    let mut after = commitment.clone();
    after.updates.retain(|update| !is_draft_of(update, by));
    Some(after)
}

/// The draft an author has.
pub fn draft_of<'a>(commitment: &'a Commitment, by: &ReaderId) -> Option<&'a Update> {
    let mut drafts = commitment.updates.iter();
    drafts.find(|update| is_draft_of(update, by))
}

fn is_draft_of(update: &Update, by: &ReaderId) -> bool {
    update.state == UpdateState::Draft && update.by.as_ref() == Some(by)
}

fn refuse(complaints: Vec<Complaint>) -> Result<(), Vec<Complaint>> {
    if complaints.is_empty() {
        Ok(())
    } else {
        Err(complaints)
    }
}

fn with(
    commitment: &Commitment,
    report: &Report,
    by: &ReaderId,
    entered: Entered,
    state: UpdateState,
) -> Commitment {
    let mut after = commitment.clone();
    let finished = report.finishes.as_ref().unwrap_or(by);
    after
        .updates
        .retain(|update| !is_draft_of(update, by) && !is_draft_of(update, finished));
    let Report {
        reported,
        confidence,
        text,
        evidence,
        next,
        ask,
        extension,
        confidentiality,
        given,
        finishes: _,
    } = report.clone();
    after.updates.push(Update {
        date: entered.on,
        by: Some(by.clone()),
        given,
        reported,
        confidence,
        text,
        evidence,
        next,
        state,
        reviewed: None,
        reviewer: None,
        words: None,
        assessed: None,
        ask,
        extension,
        confidentiality,
        entered: Some(entered.at),
    });
    after.updates.sort_by_key(|update| update.date);
    after
}

fn over(commitment: &Commitment) -> Vec<Complaint> {
    if commitment.is_open() {
        return Vec::new();
    }
    let words = format!(
        "{} is {}; nothing more is reported on it.",
        commitment.reference, commitment.state
    );
    vec![Complaint::new("all", words)]
}

fn too_long(report: &Report) -> Vec<Complaint> {
    let texts = [
        ("text", &report.text, MOST_TEXT),
        ("next", &report.next, MOST_LINE),
        ("ask", &report.ask, MOST_LINE),
        ("given", &report.given, 200),
    ];
    let mut complaints = Vec::new();
    for (field, text, most) in texts {
        let length = text.as_ref().map_or(0, |text| text.chars().count());
        if length > most {
            let words = format!(
                "This has {length} characters; {most} is the most. Shorten it, or attach a file."
            );
            complaints.push(Complaint::new(field, words));
        }
        if text.as_ref().is_some_and(|t| t.chars().any(is_unprintable)) {
            complaints.push(Complaint::new(
                field,
                "This holds characters that cannot be printed.",
            ));
        }
    }
    if report.evidence.len() > MOST_EVIDENCE {
        let words = format!("One update names {MOST_EVIDENCE} pieces of evidence at the most.");
        complaints.push(Complaint::new("evidence", words));
    }
    complaints
}

fn is_unprintable(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

fn unsound_evidence(report: &Report) -> Vec<Complaint> {
    let unsound = report.evidence.iter().filter(|link| {
        let is_address = link.starts_with("https://") || link.starts_with("http://");
        let is_sound = (is_address || link.starts_with(FILE)) && link.chars().count() <= 2_000;
        !is_sound || link.chars().any(|c| c.is_control() || c.is_whitespace())
    });
    unsound
        .map(|link| {
            let words = format!(
                "“{}” is not a web address; begin it with https://, or attach the file.",
                link.chars().take(80).collect::<String>()
            );
            Complaint::new("evidence", words)
        })
        .collect()
}

/// Bad news comes with its reason.
fn needs_words(report: &Report) -> Option<&'static str> {
    if report.text.is_some() {
        return None;
    }
    if report.reported == Reported::Discontinued {
        return Some("Say in a line or two why it is discontinued.");
    }
    (report.confidence == Some(Confidence::Red))
        .then_some("Say in a line or two what stands in the way.")
}

/// A new date has to be one that could be granted as it is.
fn unfit_extension(
    commitment: &Commitment,
    directory: &Directory,
    report: &Report,
    entered: Entered,
) -> Option<Complaint> {
    let extension = report.extension.as_ref()?;
    if report.ask.is_none() {
        let words = "Say in a few words why a new date is wanted.";
        return Some(Complaint::new("ask", words));
    }
    let wanted = NewDeadline {
        milestone: extension.milestone.clone(),
        deadline: extension.to.clone(),
        reason: None,
        by: None,
        approved: None,
    };
    let refused = redated(commitment, directory, &wanted, entered).err()?;
    Some(Complaint::new("extension", sentence(&refused.0)))
}

/// With a capital and a full stop.
pub(super) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    let capital: String = first.into_iter().flatten().collect();
    format!("{capital}{}.", letters.as_str())
}

/// What somebody saw of a commitment when a form was drawn for them: what others have entered, and
/// the drafts the form may overwrite. Two forms that saw the same may follow one another; where
/// something else was entered between, the second is shown it first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    record: String,
    drafts: String,
}

impl Seen {
    /// As it stands now, for an author who may also finish the draft of `finishes`.
    pub fn of(commitment: &Commitment, by: &ReaderId, finishes: Option<&ReaderId>) -> Self {
        let of_author = |u: &&Update| {
            let wrote = |author: &ReaderId| is_draft_of(u, author);
            wrote(by) || finishes.is_some_and(wrote)
        };
        let entered: Vec<&Update> = commitment.updates.iter().filter(|u| u.counts()).collect();
        let drafts: Vec<&Update> = commitment.updates.iter().filter(of_author).collect();
        let record = (
            entered,
            &commitment.revisions,
            &commitment.milestones,
            &commitment.raised,
            commitment.state,
            commitment.verified,
        );
        Self {
            record: print_of(&record),
            drafts: print_of(&drafts),
        }
    }

    /// As a form carries it; what no form of ours wrote is as if something had changed.
    pub fn parse(text: &str) -> Self {
        let (record, drafts) = text.split_once('.').unwrap_or((text, ""));
        Self {
            record: record.to_owned(),
            drafts: drafts.to_owned(),
        }
    }

    /// Whether nothing was entered since by anybody.
    pub fn is_same_record(&self, now: &Seen) -> bool {
        self.record == now.record
    }

    /// Whether the drafts the form may overwrite are as they were.
    pub fn is_same_draft(&self, now: &Seen) -> bool {
        self.drafts == now.drafts
    }
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.record, self.drafts)
    }
}

/// A short print of a value: forms live for an hour, so the way it is written matters only to the
/// program that wrote it.
fn print_of(value: &impl std::fmt::Debug) -> String {
    let digest = Sha256::digest(format!("{value:?}").as_bytes());
    digest.iter().take(8).map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::deadline::Deadline;

    fn entered() -> Entered {
        Entered {
            on: "2025-06-02".parse().unwrap(),
            at: "2025-06-02T03:00:00Z".parse().unwrap(),
        }
    }

    fn officer() -> ReaderId {
        "officer-asean-us".parse().unwrap()
    }

    fn sent(report: &Report) -> Result<Commitment, Vec<&'static str>> {
        let book = crate::record::first_record();
        let commitment = book.commitment("US37-03").unwrap();
        let sent = submitted(commitment, &book.directory, report, &officer(), entered());
        sent.map_err(|all| all.into_iter().map(|c| c.field).collect())
    }

    fn wanting(to: &str, milestone: Option<&str>) -> Report {
        Report {
            ask: Some("The partner needs longer".into()),
            extension: Some(Extension {
                to: Deadline::parse(to).unwrap(),
                milestone: milestone.map(str::to_owned),
            }),
            ..Report::of(Reported::Ongoing)
        }
    }

    #[test]
    fn each_field_has_its_complaint() {
        let of = Report::of;
        assert!(sent(&of(Reported::Ongoing)).is_ok());
        assert_eq!(sent(&of(Reported::Discontinued)).unwrap_err(), ["text"]);
        let red = Report {
            confidence: Some(Confidence::Red),
            evidence: vec!["see my desk".into(), "javascript:alert(1)".into()],
            next: Some("x".repeat(MOST_LINE + 1)),
            ..of(Reported::Ongoing)
        };
        assert_eq!(
            sent(&red).unwrap_err(),
            ["next", "evidence", "evidence", "text"]
        );
        let control = Report {
            text: Some("a\u{0}b".into()),
            ..of(Reported::Ongoing)
        };
        assert_eq!(sent(&control).unwrap_err(), ["text"]);
        assert!(sent(&wanting("November 2025", Some("Adopted"))).is_ok());
        assert_eq!(
            sent(&wanting("November 2025", Some("Adoptedd"))).unwrap_err(),
            ["extension"]
        );
        assert_eq!(
            sent(&wanting("at pmc-us-2026", None)).unwrap_err(),
            ["extension"]
        );
        let without_reason = Report {
            ask: None,
            ..wanting("November 2025", None)
        };
        assert_eq!(sent(&without_reason).unwrap_err(), ["ask"]);
    }

    #[test]
    fn a_draft_is_replaced_by_the_next_and_gone_once_it_is_sent() {
        let book = crate::record::first_record();
        let commitment = book.commitment("US37-03").unwrap();
        let before = commitment.updates.len();
        let draft = |c: &Commitment, text: &str| {
            let report = Report {
                text: Some(text.into()),
                ..Report::of(Reported::Ongoing)
            };
            drafted(c, &report, &officer(), entered()).unwrap()
        };
        let once = draft(commitment, "first");
        let twice = draft(&once, "second");
        assert_eq!(twice.updates.len(), before + 1);
        let kept = draft_of(&twice, &officer()).unwrap();
        assert_eq!(kept.text.as_deref(), Some("second"));
        let report = Report::of_draft(kept);
        let sent = submitted(&twice, &book.directory, &report, &officer(), entered()).unwrap();
        assert_eq!(draft_of(&sent, &officer()), None);
        assert_eq!(sent.updates.len(), before + 1);
        assert_eq!(without_draft(&sent, &officer()), None);
        let gone = without_draft(&twice, &officer()).unwrap();
        assert_eq!(gone.updates, commitment.updates);
    }

    #[test]
    fn a_desks_draft_is_finished_by_its_officer() {
        let book = crate::record::first_record();
        let commitment = book.commitment("US37-03").unwrap();
        let desk: ReaderId = "asean-us-desk".parse().unwrap();
        let by_mail = drafted(commitment, &Report::of(Reported::Ongoing), &desk, entered());
        let by_mail = by_mail.unwrap();
        let report = Report::of_draft(draft_of(&by_mail, &desk).unwrap());
        let sent = submitted(&by_mail, &book.directory, &report, &officer(), entered());
        let sent = sent.unwrap();
        assert_eq!(draft_of(&sent, &desk), None);
        let last = sent.updates.last().unwrap();
        assert_eq!(last.by, Some(officer()));
    }

    #[test]
    fn what_somebody_else_entered_is_seen() {
        let book = crate::record::first_record();
        let commitment = book.commitment("US37-03").unwrap();
        let me = officer();
        let other: ReaderId = "head-americas".parse().unwrap();
        let before = Seen::of(commitment, &me, None);
        let report = Report::of(Reported::Ongoing);
        let others_draft = drafted(commitment, &report, &other, entered()).unwrap();
        assert_eq!(Seen::of(&others_draft, &me, None), before, "it is theirs");
        let mine = drafted(commitment, &report, &me, entered()).unwrap();
        let mine = Seen::of(&mine, &me, None);
        assert!(before.is_same_record(&mine) && !before.is_same_draft(&mine));
        let sent = submitted(commitment, &book.directory, &report, &other, entered()).unwrap();
        assert!(!before.is_same_record(&Seen::of(&sent, &me, None)));
        assert_eq!(Seen::parse(&before.to_string()), before);
    }
}
