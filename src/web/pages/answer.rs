//! The slip on which a reminder is answered: what was promised, the answer filled in, who gives it.
//! It stands alone, without the ways into the record; of a restricted commitment it has the reference
//! and the date.

use serde::Serialize;

use crate::acts::answering::Question;
use crate::domain::answer::{Answer, LONGEST_SNOOZE_DAYS, VALID_DAYS};
use crate::domain::answering::{AnswerForm, last_snooze_day, needs_words};
use crate::domain::calendar::plus;
use crate::domain::reporting::{Complaint, MOST_LINE};
use crate::store::GivenAnswer;
use crate::web::pages::commitments::Opt;
use crate::wording;

#[derive(Debug, Serialize)]
pub struct Slip {
    pub title: String,
    /// The answer first.
    pub heading: String,
    pub lead: Vec<String>,
    pub about: Option<About>,
    pub form: Option<Form>,
    /// The other answers, each a link that fills them in.
    pub others: Vec<Other>,
}

/// What is answered.
#[derive(Debug, Serialize)]
pub struct About {
    pub reference: String,
    pub title: Option<String>,
    pub promise: Option<String>,
    pub source: Option<String>,
    /// When it is due.
    pub when: String,
}

#[derive(Debug, Serialize)]
pub struct Form {
    pub is: &'static str,
    pub button: String,
    /// About the form as a whole.
    pub complaint: Option<String>,
    pub words: Field,
    pub needs_words: bool,
    pub most: usize,
    /// Amber or red, where it is at risk.
    pub confidence: Vec<Opt>,
    pub date: Option<DateField>,
    pub evidence: Option<Field>,
    /// Who answers, of those on record.
    pub people: Vec<Opt>,
    pub by_complaint: Option<String>,
    /// A name, of somebody who is not; `None` where the mail went to one person.
    pub name: Option<Field>,
}

#[derive(Debug, Serialize)]
pub struct Field {
    pub label: &'static str,
    pub hint: Option<String>,
    pub value: String,
    pub complaint: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct DateField {
    #[serde(flatten)]
    pub field: Field,
    /// `date`, or `text` where it need not be a day.
    pub kind: &'static str,
    pub first: Option<String>,
    pub last: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Other {
    pub href: String,
    pub label: &'static str,
}

/// A form as it is before anything was typed.
pub fn begun(answer: Option<Answer>, question: &Question) -> AnswerForm {
    let date = match answer {
        Some(Answer::Later) => plus(question.today, 7).to_string(),
        _ => String::new(),
    };
    let people = question.people();
    let by = match people.as_slice() {
        [only] if question.is_of_one_person() => only.to_string(),
        _ => String::new(),
    };
    AnswerForm {
        date,
        by,
        ..AnswerForm::default()
    }
}

/// The page on which an answer can be given. `form` is what was typed so far.
pub fn open(
    question: &Question,
    answer: Option<Answer>,
    form: &AnswerForm,
    complaints: &[Complaint],
) -> Slip {
    let open_to = question.open_to();
    let answer = answer.filter(|it| open_to.contains(it));
    let reference = question.commitment.reference.to_string();
    let (heading, lead) = match answer {
        Some(answer) => (
            format!("{reference}: “{}”?", answer.label()),
            vec![meaning(answer).to_owned()],
        ),
        None => (
            format!("{reference}: where does it stand?"),
            vec!["Choose an answer; it is filled in and sent on the next page.".to_owned()],
        ),
    };
    let others = open_to.iter().filter(|it| Some(**it) != answer);
    Slip {
        title: format!("Answer {reference}"),
        heading,
        lead,
        about: Some(about(question)),
        form: answer.map(|answer| form_of(question, answer, form, complaints)),
        others: others
            .map(|it| Other {
                href: format!("?is={it}"),
                label: it.label(),
            })
            .collect(),
    }
}

/// What an answer does, in one sentence.
fn meaning(answer: Answer) -> &'static str {
    match answer {
        Answer::OnTrack => "It is reported as ongoing, with green confidence, and goes to review.",
        Answer::AtRisk => "It is reported as ongoing, at risk, with what stands in the way.",
        Answer::Done => "It is reported as done and goes to the SOM leader, who closes it.",
        Answer::Waiting => "It is reported that the other side has to move first.",
        Answer::NewDate => {
            "A new date is asked for; the old one stands until the SOM leader grants it."
        }
        Answer::NotOurs => {
            "The reviewer is asked to give it to another desk; it stays here until then."
        }
        Answer::Later => {
            "Reminders are put off, with the reason. The last day, what is overdue and briefs come all the same."
        }
    }
}

fn about(question: &Question) -> About {
    let commitment = &question.commitment;
    let directory = &question.directory;
    let reference = commitment.reference.to_string();
    if commitment.is_restricted() {
        return About {
            reference,
            title: None,
            promise: None,
            source: None,
            when: wording::day(question.date),
        };
    }
    let step = question.milestone.as_ref();
    let deadline = match step {
        Some(step) => {
            let mut steps = commitment.milestones.iter();
            let found = steps.find(|m| m.title == *step);
            found.and_then(|m| m.deadline.as_ref())
        }
        None => commitment.deadline.as_ref(),
    };
    let words = deadline.map(|it| wording::deadline(it, directory));
    let title = match step {
        Some(step) => format!("{}: {step}", commitment.title),
        None => commitment.title.clone(),
    };
    About {
        reference,
        title: Some(title),
        promise: Some(commitment.promise.words.clone()),
        source: None,
        when: words.unwrap_or_else(|| "no deadline".to_owned()),
    }
}

fn form_of(
    question: &Question,
    answer: Answer,
    form: &AnswerForm,
    complaints: &[Complaint],
) -> Form {
    let complaint = |field: &str| {
        let found = complaints.iter().find(|c| c.field == field);
        found.map(|c| c.words.clone())
    };
    let risky = answer == Answer::AtRisk;
    let levels = [
        ("amber", "Amber: it can still be kept"),
        ("red", "Red: it will not be kept as things stand"),
    ];
    let chosen =
        |value: &str| form.confidence == value || (form.confidence.is_empty() && value == "amber");
    Form {
        is: answer.as_str(),
        button: format!("Send “{}”", answer.label()),
        complaint: complaint("all"),
        words: Field {
            label: label_of_words(answer),
            hint: None,
            value: form.words.clone(),
            complaint: complaint("words"),
        },
        needs_words: needs_words(answer),
        most: MOST_LINE,
        confidence: levels
            .iter()
            .filter(|_| risky)
            .map(|(value, text)| Opt {
                value: (*value).to_owned(),
                text: (*text).to_owned(),
                chosen: chosen(value),
            })
            .collect(),
        date: date_of(question, answer, form, complaint("date")),
        evidence: (answer == Answer::Done).then(|| Field {
            label: "Evidence, if there is a link to it",
            hint: None,
            value: form.evidence.clone(),
            complaint: complaint("evidence"),
        }),
        people: people(question, form),
        by_complaint: complaint("by"),
        name: (!question.is_of_one_person()).then(|| Field {
            label: "Or, if you are not in the list, your name",
            hint: None,
            value: form.name.clone(),
            complaint: complaint("name"),
        }),
    }
}

fn label_of_words(answer: Answer) -> &'static str {
    match answer {
        Answer::OnTrack => "What has happened, in a line or two (may be left empty)",
        Answer::AtRisk => "What stands in the way",
        Answer::Done => "What was done, in a line or two (may be left empty)",
        Answer::Waiting => "For whom and for what (may be left empty)",
        Answer::NewDate => "Why the date cannot be kept",
        Answer::NotOurs => "Why, and whose it is if you know",
        Answer::Later => "Why it can wait",
    }
}

fn date_of(
    question: &Question,
    answer: Answer,
    form: &AnswerForm,
    complaint: Option<String>,
) -> Option<DateField> {
    let field = |label, hint: &str| Field {
        label,
        hint: Some(hint.to_owned()),
        value: form.date.clone(),
        complaint: complaint.clone(),
    };
    match answer {
        Answer::NewDate => Some(DateField {
            field: field(
                "Which date is wanted",
                "In words: 31 August 2025, August 2025, Q4 2025.",
            ),
            kind: "text",
            first: None,
            last: None,
        }),
        Answer::Later => Some(DateField {
            field: field(
                "Remind me on",
                &format!("At most {LONGEST_SNOOZE_DAYS} days from today."),
            ),
            kind: "date",
            first: Some(plus(question.today, 1).to_string()),
            last: Some(last_snooze_day(question.today).to_string()),
        }),
        _ => None,
    }
}

fn people(question: &Question, form: &AnswerForm) -> Vec<Opt> {
    let directory = &question.directory;
    let named = question.people().into_iter().map(|person| Opt {
        text: directory.reader_name(&(&person).into()).to_owned(),
        chosen: form.by == person.as_str(),
        value: person.to_string(),
    });
    let nobody = Opt {
        value: String::new(),
        text: "Choose your name".to_owned(),
        chosen: form.by.is_empty(),
    };
    let nobody = (!question.is_of_one_person()).then_some(nobody);
    let all: Vec<Opt> = nobody.into_iter().chain(named).collect();
    // A list of nobody is no list.
    if all.len() > 1 || question.is_of_one_person() {
        all
    } else {
        Vec::new()
    }
}

/// A link that has done its work.
pub fn used(question: &Question, given: &GivenAnswer) -> Slip {
    let reference = question.commitment.reference.to_string();
    let today = given.at.with_timezone(&question.zone()).date_naive();
    let kept = match given.answer {
        Answer::Later => "Reminders are put off, and the reason is kept.",
        _ => "It is on the record, and with the reviewer.",
    };
    Slip {
        title: format!("Answered: {reference}"),
        heading: format!("{reference}: “{}” is recorded.", given.answer.label()),
        lead: vec![
            format!(
                "{} answered on {}. {kept}",
                given.given,
                wording::day(today)
            ),
            "This link has done its work. The next reminder brings new ones; whoever can sign in may also answer on the page of the commitment.".to_owned(),
        ],
        about: None,
        form: None,
        others: Vec::new(),
    }
}

/// A link of ours that does nothing any more.
pub fn ended() -> Slip {
    Slip {
        title: "This link has ended".to_owned(),
        heading: "This link does not answer anything any more.".to_owned(),
        lead: vec![
            format!(
                "A link works for {VALID_DAYS} days, and only while the desk it was sent to answers for the commitment and the commitment is open."
            ),
            "Nothing was changed. The next reminder brings new links; whoever can sign in may answer on the page of the commitment.".to_owned(),
        ],
        about: None,
        form: None,
        others: Vec::new(),
    }
}

/// A link in a stored mail, as pages show it.
pub fn masked() -> Slip {
    Slip {
        title: "A masked link".to_owned(),
        heading: "The links of stored mail are masked.".to_owned(),
        lead: vec![
            "Whoever holds such a link answers for the desk, so pages do not show it. It works in the mail itself; whoever can sign in may answer on the page of the commitment.".to_owned(),
        ],
        about: None,
        form: None,
        others: Vec::new(),
    }
}
