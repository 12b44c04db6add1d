//! Which keys each kind of thing has in its form, in the words of its readers.

use super::{Field, Input, Of, When};
use crate::domain::book::Book;
use crate::record::{Body, EntityKey, KINDS, entity};

/// The form of one kind of thing.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    pub kind: &'static str,
    /// "a desk".
    pub a_thing: &'static str,
    fields: &'static [Field],
}

impl Form {
    /// The keys asked for, of a new thing or of one on record.
    pub fn fields(&self, new: bool) -> Vec<&'static Field> {
        let asked = |when| match when {
            When::Always => true,
            When::New => new,
            When::Known => !new,
        };
        self.fields.iter().filter(|f| asked(f.when)).collect()
    }

    /// The keys a thing of this kind cannot do without.
    pub fn required(&self) -> &'static [&'static str] {
        crate::record::editing::required_keys(self.kind)
    }

    /// The things of this kind that are on record.
    pub fn ids(&self, book: &Book) -> Vec<String> {
        match self.kind {
            entity::POLICY => vec![entity::GENERAL_POLICY.to_owned()],
            kind => entity::ids_in(book, kind),
        }
    }

    /// The key of a new thing, as its form names it.
    pub fn key_of(&self, body: &Body) -> Option<EntityKey> {
        let text = |key: &str| body.get(key).map(super::as_typed).unwrap_or_default();
        let id = match self.kind {
            entity::ABSENCE => format!("{}@{}", text("person"), text("from")),
            kind => text(crate::record::editing::id_key(kind)),
        };
        EntityKey::of(self.kind, id)
    }
}

/// The form of a kind; `None` where there is no such kind.
pub fn form_of(kind: &str) -> Option<Form> {
    let kind = KINDS.into_iter().find(|k| *k == kind)?;
    let (a_thing, fields): (_, &'static [Field]) = match kind {
        entity::CALENDAR => ("a calendar", CALENDAR),
        entity::PARTY => ("a party", PARTY),
        entity::PERSON => ("a person", PERSON),
        entity::DESK => ("a desk", DESK),
        entity::PARTNERSHIP => ("a partnership", PARTNERSHIP),
        entity::CHAIRMANSHIP => ("a chairmanship", CHAIRMANSHIP),
        entity::MEETING => ("a meeting", MEETING),
        entity::DOCUMENT => ("a document", DOCUMENT),
        entity::INSTRUMENT => ("an instrument", INSTRUMENT),
        entity::COMMITMENT => ("a commitment", COMMITMENT),
        entity::POLICY => ("the policy", POLICY),
        entity::ABSENCE => ("an absence", ABSENCE),
        _ => return None,
    };
    Some(Form {
        kind,
        a_thing,
        fields,
    })
}

const fn field(key: &'static str, label: &'static str, input: Input) -> Field {
    Field {
        key,
        label,
        hint: "",
        input,
        when: When::Always,
    }
}

impl Field {
    const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    const fn new_only(mut self) -> Self {
        self.when = When::New;
        self
    }

    const fn known_only(mut self) -> Self {
        self.when = When::Known;
        self
    }
}

const ID_HINT: &str =
    "Small letters, figures and hyphens; addresses and files use it, and it stays.";
const DAY_HINT: &str = "Like 2025-07-10.";
const DEADLINE_HINT: &str =
    "As it was written: 10 July 2025, July 2025, Q3 2025, 2021-2025, at MEETING, before MEETING.";

const fn id() -> Field {
    field("id", "Short name", Input::Line)
        .hint(ID_HINT)
        .new_only()
}

const fn name() -> Field {
    field("name", "Name", Input::Line)
}

const WEEK: &[(&str, &str)] = &[
    ("monday", "Monday"),
    ("tuesday", "Tuesday"),
    ("wednesday", "Wednesday"),
    ("thursday", "Thursday"),
    ("friday", "Friday"),
    ("saturday", "Saturday"),
    ("sunday", "Sunday"),
];

const MAYBE_WEEK: &[(&str, &str)] = &[
    ("", "as usual"),
    ("monday", "Monday"),
    ("tuesday", "Tuesday"),
    ("wednesday", "Wednesday"),
    ("thursday", "Thursday"),
    ("friday", "Friday"),
    ("saturday", "Saturday"),
    ("sunday", "Sunday"),
];

const CALENDAR: &[Field] = &[
    id(),
    name(),
    field("timezone", "Time zone", Input::Line).hint("An IANA name: Asia/Phnom_Penh."),
    field(
        "weekend",
        "Weekend",
        Input::Choices(WEEK, &["saturday", "sunday"]),
    ),
    field("holidays", "Public holidays", Input::Lines).hint("One day a line: 2025-05-01."),
];

const PARTY: &[Field] = &[
    id(),
    name(),
    field(
        "kind",
        "What it is",
        Input::Choice(&[
            ("organisation", "an organisation"),
            ("state", "a state"),
            ("partner", "a partner"),
            ("sectoral-body", "a sectoral body"),
            ("secretariat", "a secretariat"),
        ]),
    ),
];

const SLOT: Field = field("slot", "Mail comes at", Input::Line).hint("09:00; empty: as usual.");
const DIGEST: Field = field(
    "digest",
    "Digest",
    Input::Choice(&[
        ("weekly", "every week"),
        ("fortnightly", "every other week"),
        ("monthly", "every month"),
        ("never", "never"),
    ]),
);
const PAUSE: Field =
    field("pause", "Pause", Input::Group(SPAN)).hint("Nothing comes meanwhile but what must.");
const CALENDAR_PART: Field = field(
    "calendar_part",
    "Deadlines come with a calendar entry",
    Input::Flag,
);

const SPAN: &[Field] = &[
    field("from", "From", Input::Line).hint(DAY_HINT),
    field("until", "Until", Input::Line).hint(DAY_HINT),
];

const PERSON: &[Field] = &[
    id(),
    name(),
    field("email", "Mail address", Input::Line),
    field("timezone", "Time zone", Input::Line).hint("Empty: that of the calendar."),
    field("calendar", "Calendar", Input::One(Of::Calendars))
        .hint("None: that of the desk they belong to."),
    SLOT,
    DIGEST,
    PAUSE,
    CALENDAR_PART,
];

const DESK: &[Field] = &[
    id(),
    name(),
    field("party", "Party", Input::One(Of::Parties)),
    field("email", "Mail address", Input::Line),
    field("calendar", "Calendar", Input::One(Of::Calendars)),
    field("head", "Head", Input::One(Of::People)),
    field("som_leader", "SOM leader", Input::One(Of::People)),
    field("officers", "Officers", Input::Many(Of::People)),
    field("through", "Reached through", Input::One(Of::Desks))
        .hint("For a body outside: the desk of ours that passes mail on."),
    SLOT,
    DIGEST,
    PAUSE,
    CALENDAR_PART,
    field("ends", "Its last day", Input::Line).hint("Where the desk ends: 2025-12-31."),
    field("successor", "Successor", Input::One(Of::Desks))
        .hint("Its open commitments pass there when it has ended."),
];

const COORDINATORS: &[Field] = &[
    field("party", "Party", Input::One(Of::Parties)),
    field("term", "Term", Input::Line).hint("2024-2027"),
    field("desk", "Its desk", Input::One(Of::Desks)),
];

const PARTNERSHIP: &[Field] = &[
    id(),
    name(),
    field("parties", "Parties", Input::Many(Of::Parties)),
    field("status", "Status", Input::Line).hint("Such as Comprehensive Strategic Partnership."),
    field("desk", "Our desk", Input::One(Of::Desks)),
    field(
        "coordinators",
        "Country coordinators",
        Input::Rows(COORDINATORS),
    ),
    field("policy", "Its own policy", Input::Group(POLICY)).hint("Empty: the general one."),
];

const CHAIRMANSHIP: &[Field] = &[
    field("year", "Year", Input::Number).new_only(),
    field("party", "Party", Input::One(Of::Parties)),
    field("theme", "Theme", Input::Line),
];

const MEETING: &[Field] = &[
    id(),
    field("partnership", "Partnership", Input::One(Of::Partnerships)),
    field("series", "Series", Input::Line).hint("Such as ASEAN-U.S. Dialogue."),
    field("number", "Which of the series", Input::Number).hint("Such as 37."),
    field(
        "forum",
        "Forum",
        Input::Choice(&[
            ("", "another"),
            ("jcc", "Joint Cooperation Committee"),
            ("som", "Senior Officials' Meeting"),
            ("dialogue", "Dialogue"),
            ("pmc", "Post Ministerial Conference"),
            ("summit", "Summit"),
            ("sectoral", "sectoral"),
        ]),
    ),
    field("date", "Date", Input::Line)
        .hint("As far as it is known: 10 July 2025, July 2025, 2025."),
    field(
        "status",
        "The date is",
        Input::Choice(&[
            ("", "as usual: tentative, or awaited where there is none"),
            ("awaiting-date", "awaited"),
            ("tentative", "tentative"),
            ("confirmed", "confirmed"),
            ("held", "past: the meeting was held"),
            ("postponed", "postponed"),
            ("cancelled", "cancelled"),
        ]),
    ),
    field("place", "Place", Input::Line),
    field("host", "Host", Input::One(Of::Parties)),
    field("co_chairs", "Co-chairs", Input::Lines).hint("One a line."),
    field("attending", "Attending", Input::Lines).hint("One a line."),
];

const DOCUMENT: &[Field] = &[
    id(),
    field("meeting", "Meeting", Input::One(Of::Meetings)),
    field("kind", "Kind", Input::Line).hint("Such as press release, chairman's statement."),
    field("title", "Title", Input::Line),
    field("issued", "Issued on", Input::Line).hint(DAY_HINT),
    field("issuer", "Issuer", Input::One(Of::Parties)),
    field(
        "authority",
        "Authority",
        Input::Choice(&[
            ("", "not said"),
            ("agreed", "agreed"),
            ("chair", "the chair's"),
            ("unilateral", "one side's own"),
        ]),
    ),
    field("text", "Text", Input::Long)
        .hint("Paragraphs apart by empty lines. It is not edited later: promises quote it.")
        .new_only(),
];

const INSTRUMENT: &[Field] = &[
    id(),
    name(),
    field("acronym", "Acronym", Input::Line),
    field("kind", "Kind", Input::Line),
];

const MILESTONES: &[Field] = &[
    field("title", "Step", Input::Line),
    field("deadline", "Deadline", Input::Line),
    field("done", "Reached on", Input::Line).hint(DAY_HINT),
];

const SNOOZE: &[Field] = &[
    field("until", "Until", Input::Line).hint(DAY_HINT),
    field("reason", "Why", Input::Line),
];

const COMMITMENT: &[Field] = &[
    field("ref", "Reference", Input::Line)
        .hint("Like US37-03: short, unlike any other; it stays.")
        .new_only(),
    field("title", "Title", Input::Line),
    field("promise", "Promise", Input::Long)
        .hint("The words as adopted. They are never edited later.")
        .new_only(),
    field("document", "Document", Input::Line)
        .hint("The short name of the document that says it.")
        .new_only(),
    field("paragraph", "Paragraph of the document", Input::Number).new_only(),
    field("partnership", "Partnership", Input::One(Of::Partnerships)),
    field("meeting", "Meeting it comes from", Input::One(Of::Meetings)),
    field(
        "kind",
        "Kind",
        Input::Choice(&[
            ("deliverable", "a deliverable: it can be met, and be late"),
            ("standing", "standing: it has no end, and is reviewed"),
            ("request", "a request: owed to us"),
        ]),
    ),
    field(
        "strength",
        "Strength",
        Input::Choice(&[
            ("", "not said"),
            ("firm", "firm: will, agreed to"),
            ("political", "political: reaffirmed, committed to"),
            ("hortatory", "hortatory: looked forward to, encouraged"),
        ]),
    ),
    field("obligors", "Who owes it", Input::Many(Of::Parties)),
    field("beneficiaries", "To whom", Input::Many(Of::Parties)),
    field("instruments", "Instruments", Input::Many(Of::Instruments)),
    field("sector", "Sector", Input::Line),
    field("lead", "Lead desk", Input::One(Of::Desks)),
    field("cooperating", "Cooperating desks", Input::Many(Of::Desks)),
    field(
        "confidentiality",
        "Who may read it",
        Input::Choice(&[
            ("internal", "the house"),
            ("public", "everybody, guests too"),
            ("restricted", "its readers alone"),
        ]),
    ),
    field(
        "readers",
        "Its readers, if restricted",
        Input::Many(Of::PeopleAndDesks),
    )
    .hint("The lead desk must be among them."),
    field("follows", "Follows", Input::Line)
        .hint("The reference of the one it was carried forward from."),
    field("opened", "Tracked from", Input::Line).hint(DAY_HINT),
    field("deadline", "Deadline", Input::Line).hint(DEADLINE_HINT),
    field("review", "Review", Input::Line).hint("Of a standing one: every 3 months."),
    field("milestone", "Milestones", Input::Rows(MILESTONES)),
    field("snoozed", "Snoozed", Input::Group(SNOOZE)).known_only(),
    field(
        "state",
        "State",
        Input::Choice(&[
            ("open", "open"),
            ("proposed", "proposed"),
            ("closed", "closed: met"),
            ("carried-forward", "carried forward"),
            ("superseded", "superseded"),
            ("withdrawn", "withdrawn"),
        ]),
    )
    .known_only(),
    field("closed", "Closed on", Input::Line)
        .hint(DAY_HINT)
        .known_only(),
    field("policy", "Its own policy", Input::Group(POLICY)).hint("Empty: that of the partnership."),
];

const POLICY: &[Field] = &[
    field("before", "Days before the end", Input::Numbers).hint("7, 1"),
    field("overdue", "Days after it", Input::Numbers).hint("1, 8, 15"),
    field("head_after", "The head hears after", Input::Number).hint("8 days"),
    field("leader_after", "The SOM leader hears after", Input::Number).hint("15 days"),
    field("slot", "Mail comes at", Input::Line).hint("08:00"),
    field("stale_after", "Stale after", Input::Number).hint("60 days without an update"),
    field("review_every", "Standing ones are reviewed", Input::Line).hint("3 months"),
    field("decision", "A decision is asked for after", Input::Numbers).hint("3, 10 working days"),
    field("due_soon", "Due soon", Input::Number).hint("30 days to the end"),
    field("unanswered_after", "Unanswered after", Input::Number).hint("10 working days"),
    field("brief_working_days", "The brief comes", Input::Number).hint("10 working days before"),
    field(
        "digest_weekday",
        "Digests come on",
        Input::Choice(MAYBE_WEEK),
    ),
];

const ABSENCE: &[Field] = &[
    field("person", "Who", Input::One(Of::People)).new_only(),
    field("from", "From", Input::Line).hint(DAY_HINT).new_only(),
    field("until", "Until", Input::Line).hint(DAY_HINT),
    field("deputy", "Deputy", Input::One(Of::People)),
];
