//! The form in which an officer reports: on their desk, a card a commitment, and on the commitment's
//! own page. Each field carries the commitment's reference in its name, so that a page may hold many
//! and send one or all.

use serde::Serialize;

use crate::acts::reporting::draft_for;
use crate::acts::working::Worker;
use crate::domain::commitment::{Commitment, Confidentiality};
use crate::domain::deadline::Deadline;
use crate::domain::ids::ReaderId;
use crate::domain::progress::{Confidence, Extension, Reported, Update};
use crate::domain::reporting::{Complaint, FILE, Report, Seen};
use crate::wording;

use super::forms::{Choice, Complaints, Sent, by_field, choices};
use super::scene::Scene;

/// What stands in the fields: from a draft, from a link in a mail, or as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedReport {
    pub reported: String,
    pub confidence: String,
    pub text: String,
    /// One a line.
    pub evidence: String,
    /// Files that are there already, `file:` and their ids.
    pub files: Vec<String>,
    pub next: String,
    pub ask: String,
    pub extension: String,
    /// The milestone the new date is for; empty for the commitment's own.
    pub extension_of: String,
    pub restricted: bool,
    /// Whose draft it finishes, where it is not the writer's own.
    pub finishes: String,
}

impl TypedReport {
    /// Before anybody typed: what the draft holds; without one, the status last reported.
    pub fn begun(commitment: &Commitment, worker: &Worker) -> Self {
        if let Some(draft) = draft_for(commitment, worker) {
            return Self::of_draft(draft, worker);
        }
        let latest = commitment.updates.iter().rfind(|update| update.counts());
        Self {
            reported: latest.map_or(String::new(), |u| u.reported.to_string()),
            restricted: commitment.is_restricted(),
            ..Self::default()
        }
    }

    fn of_draft(draft: &Update, worker: &Worker) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let extension = draft.extension.as_ref();
        let is_file = |e: &&String| e.starts_with(FILE);
        let links: Vec<&str> = draft
            .evidence
            .iter()
            .filter(|e| !is_file(e))
            .map(String::as_str)
            .collect();
        Self {
            reported: draft.reported.to_string(),
            confidence: draft.confidence.map(|c| c.to_string()).unwrap_or_default(),
            text: text(&draft.text),
            evidence: links.join("\n"),
            files: draft.evidence.iter().filter(is_file).cloned().collect(),
            next: text(&draft.next),
            ask: text(&draft.ask),
            extension: extension.map(|e| e.to.to_string()).unwrap_or_default(),
            extension_of: extension
                .and_then(|e| e.milestone.clone())
                .unwrap_or_default(),
            restricted: draft.confidentiality == Confidentiality::Restricted,
            finishes: match (&draft.by, worker.reader()) {
                (Some(by), own) if Some(by) != own.as_ref() => by.to_string(),
                _ => String::new(),
            },
        }
    }

    /// As the form of this commitment was sent.
    pub fn read(sent: &Sent, reference: &str) -> Self {
        let text = |field: &str| sent.text(&name(field, reference)).replace("\r\n", "\n");
        let files = name("kept", reference);
        let files = sent.fields.iter().filter(|(n, _)| *n == files);
        Self {
            reported: text("reported"),
            confidence: text("confidence"),
            text: text("text"),
            evidence: text("evidence"),
            files: files.map(|(_, id)| id.clone()).collect(),
            next: text("next"),
            ask: text("ask"),
            extension: text("extension"),
            extension_of: text("extension_of"),
            restricted: !text("restricted").is_empty(),
            finishes: text("finishes"),
        }
    }

    /// What it says; for a draft the status may be missing still.
    pub fn report(&self, is_draft: bool) -> Result<Report, Vec<Complaint>> {
        let maybe = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
        let mut complaints = Vec::new();
        let reported = match Reported::parse(&self.reported) {
            Some(reported) => reported,
            None if is_draft => Reported::Ongoing,
            None => {
                complaints.push(Complaint::new("reported", "Say where it stands."));
                Reported::Ongoing
            }
        };
        let extension = match Deadline::parse(&self.extension) {
            _ if self.extension.is_empty() => None,
            Ok(to) => Some(Extension {
                to,
                milestone: maybe(&self.extension_of),
            }),
            Err(error) => {
                complaints.push(Complaint::new(
                    "extension",
                    super::say::sentence(&error.to_string()),
                ));
                None
            }
        };
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let links = self
            .evidence
            .lines()
            .map(str::trim)
            .filter(|l| !l.is_empty());
        Ok(Report {
            reported,
            confidence: Confidence::parse(&self.confidence),
            text: maybe(&self.text),
            evidence: links
                .map(str::to_owned)
                .chain(self.files.iter().cloned())
                .collect(),
            next: maybe(&self.next),
            ask: maybe(&self.ask),
            extension,
            confidentiality: if self.restricted {
                Confidentiality::Restricted
            } else {
                Confidentiality::Internal
            },
            given: None,
            finishes: ReaderId::parse(&self.finishes).ok(),
        })
    }

    /// What the reader chose in a mail is filled in.
    pub fn answering(mut self, answer: Option<&str>) -> Self {
        let (reported, confidence) = match answer {
            Some("on-track") => (Reported::Ongoing, Some(Confidence::Green)),
            Some("at-risk") => (Reported::Ongoing, Some(Confidence::Amber)),
            Some("done") => (Reported::Completed, None),
            _ => return self,
        };
        self.reported = reported.to_string();
        if let Some(confidence) = confidence {
            self.confidence = confidence.to_string();
        }
        self
    }
}

/// The name of a field of one commitment's form.
pub fn name(field: &str, reference: &str) -> String {
    format!("{field}@{reference}")
}

/// What the form saw when it was drawn.
pub fn seen(sent: &Sent, reference: &str) -> Option<Seen> {
    sent.maybe(&name("seen", reference)).map(Seen::parse)
}

/// The form, ready to be drawn.
#[derive(Debug, Serialize)]
pub struct ReportForm {
    pub reference: String,
    pub seen: String,
    pub reported: Vec<Choice>,
    pub confidence: Vec<Choice>,
    pub text: String,
    pub evidence: String,
    pub files: Vec<KeptFile>,
    pub next: String,
    pub ask: String,
    pub extension: String,
    /// Of what a new date can be wanted; one choice where there are no milestones.
    pub extension_of: Vec<Choice>,
    pub restricted: bool,
    pub finishes: String,
    pub complaints: Complaints,
    /// Whether the part about decisions and dates is open.
    pub more: bool,
    /// `Your draft of 2 June 2025`
    pub draft: Option<String>,
    /// Something was entered since the form was drawn: who, and what.
    pub overtaken: bool,
}

/// A file that the update names already.
#[derive(Debug, Serialize)]
pub struct KeptFile {
    pub id: String,
    pub name: String,
}

/// Draws the form of one commitment with what stands in its fields.
pub fn form(
    scene: &Scene<'_>,
    commitment: &Commitment,
    worker: &Worker,
    typed: &TypedReport,
    complaints: &[Complaint],
    overtaken: bool,
) -> Option<ReportForm> {
    let by = worker.reader()?;
    let draft = draft_for(commitment, worker);
    let finishes = ReaderId::parse(&typed.finishes).ok();
    let complaints = by_field(complaints);
    let asks = [&typed.ask, &typed.extension];
    let complains = ["ask", "extension"]
        .iter()
        .any(|f| complaints.contains_key(f));
    let unchosen = |text: &str, chosen: bool| Choice {
        value: String::new(),
        text: text.to_owned(),
        chosen,
    };
    let mut reported = choices(
        Reported::ALL,
        Reported::as_str,
        wording::reported,
        &typed.reported,
    );
    if !reported.iter().any(|c| c.chosen) {
        reported.insert(0, unchosen("Choose", true));
    }
    let mut confidence = choices(
        Confidence::ALL,
        Confidence::as_str,
        confidence_words,
        &typed.confidence,
    );
    confidence.insert(0, unchosen("Not given", typed.confidence.is_empty()));
    let mut extension_of = vec![unchosen("The commitment", typed.extension_of.is_empty())];
    extension_of.extend(commitment.live_milestones().map(|(_, m)| Choice {
        value: m.title.clone(),
        text: m.title.clone(),
        chosen: m.title == typed.extension_of,
    }));
    Some(ReportForm {
        reference: commitment.reference.to_string(),
        seen: Seen::of(commitment, &by, finishes.as_ref()).to_string(),
        reported,
        confidence,
        text: typed.text.clone(),
        evidence: typed.evidence.clone(),
        files: typed.files.iter().map(|id| kept_file(id)).collect(),
        next: typed.next.clone(),
        more: complains || asks.iter().any(|text| !text.is_empty()),
        ask: typed.ask.clone(),
        extension: typed.extension.clone(),
        extension_of,
        restricted: typed.restricted,
        finishes: typed.finishes.clone(),
        complaints,
        draft: draft.map(|draft| draft_words(scene, draft, &by)),
        overtaken,
    })
}

fn kept_file(id: &str) -> KeptFile {
    let bare = id.strip_prefix(FILE).unwrap_or(id);
    let name = bare.split_once('/').map_or(bare, |(_, name)| name);
    KeptFile {
        id: id.to_owned(),
        name: name.to_owned(),
    }
}

/// What each colour asks one to believe.
pub fn confidence_words(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Green => "green: it will be done in time",
        Confidence::Amber => "amber: at risk",
        Confidence::Red => "red: it will not be done as it stands",
    }
}

fn draft_words(scene: &Scene<'_>, draft: &Update, own: &ReaderId) -> String {
    let day = wording::day(draft.date);
    match &draft.by {
        Some(by) if by != own => {
            let name = draft
                .given
                .as_deref()
                .unwrap_or(scene.directory().reader_name(by));
            format!("A draft of {day} from {name}, to be confirmed")
        }
        _ => format!("Your draft of {day}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PersonId;
    use crate::web::testing::first_book;

    #[test]
    fn what_was_typed_comes_back_as_it_was() {
        let sent = [
            ("reported@C", "ongoing"),
            ("text@C", " two\r\nlines "),
            ("evidence@C", "https://a.example\r\n\r\nhttps://b.example"),
            ("kept@C", "file:1/a.pdf"),
            ("extension@C", "soon"),
            ("text@D", "another's"),
        ];
        let sent = Sent {
            fields: sent.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec(),
            ..Sent::default()
        };
        let typed = TypedReport::read(&sent, "C");
        assert_eq!(typed.text, "two\nlines");
        let refused = typed.report(false).unwrap_err();
        assert_eq!(refused[0].field, "extension");
        let typed = TypedReport {
            extension: "November 2025".into(),
            ..typed
        };
        let report = typed.report(false).unwrap();
        assert_eq!(
            report.evidence,
            ["https://a.example", "https://b.example", "file:1/a.pdf"]
        );
        assert!(report.extension.is_some() && report.ask.is_none());
        let nothing = TypedReport::default();
        assert_eq!(nothing.report(false).unwrap_err()[0].field, "reported");
        assert!(nothing.report(true).is_ok(), "a draft may lack it");
    }

    #[test]
    fn an_answer_from_a_mail_is_filled_in() {
        let book = first_book();
        let worker = Worker::person(&PersonId::parse("officer-asean-us").unwrap());
        let begun = TypedReport::begun(book.commitment("US37-03").unwrap(), &worker);
        let done = begun.clone().answering(Some("done"));
        assert_eq!(done.reported, "completed");
        let risk = begun.clone().answering(Some("at-risk"));
        assert_eq!((&*risk.reported, &*risk.confidence), ("ongoing", "amber"));
        assert_eq!(begun.clone().answering(Some("<b>")), begun);
    }
}
