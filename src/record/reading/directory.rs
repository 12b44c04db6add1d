//! Readers of what commitments refer to: calendars, parties, people, desks, partnerships,
//! chairmanships, meetings, documents, instruments, absences.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use sha2::{Digest, Sha256};

use super::habits::habits;
use super::policy::{self, weekday_name};
use crate::domain::calendar::{Calendar, WEEK, Weekend};
use crate::domain::deadline::{MeetingDate, Term};
use crate::domain::desk::{Absence, Desk, EmailAddress, Person};
use crate::domain::document::{Authority, Document};
use crate::domain::ids::{
    CalendarId, DeskId, DocumentId, InstrumentId, MeetingId, PartnershipId, PartyId, PersonId,
};
use crate::domain::instrument::Instrument;
use crate::domain::meeting::{Forum, Meeting, MeetingStatus};
use crate::domain::nearest::nearest;
use crate::domain::partnership::{Coordinator, Partnership};
use crate::domain::party::{Chairmanship, Party, PartyKind};
use crate::record::entity::{self, EntityKey, absence_id};
use crate::record::fields::{Fields, Keys, LAYOUT, Reading};
use crate::record::names::Target;
use crate::record::source::Value;

pub(in crate::record) const CALENDAR: Keys = Keys {
    kind: entity::CALENDAR,
    known: &["id", "name", "timezone", "weekend", "holidays"],
    required: &["id", "name", "timezone"],
};

pub(super) fn calendar(f: &Fields<'_>) -> Option<(CalendarId, Calendar)> {
    let id: Option<CalendarId> = f.own_id("id", entity::CALENDAR);
    let name = f.text("name");
    let timezone = f.parsed("timezone", zone);
    let weekend = match f.value("weekend") {
        None => Some(Weekend::default()),
        Some(value) => {
            let weekend = Weekend::new(f.words("weekend", &WEEK, weekday_name));
            if weekend.is_none() {
                let message = "`weekend` leaves no day to work on; take one out";
                f.say(value.place, message);
            }
            weekend
        }
    };
    let holidays = f.days("holidays").into_iter().collect();
    let id = id?;
    let calendar = Calendar {
        id: id.clone(),
        name: name?,
        timezone: timezone?,
        weekend: weekend?,
        holidays,
    };
    Some((id, calendar))
}

fn zone(text: &str) -> Result<Tz, String> {
    text.parse().map_err(|_| {
        let zones = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        let hint = nearest(text, zones).unwrap_or("Asia/Phnom_Penh");
        format!("`{text}` is not an IANA time zone; did you mean `{hint}`?")
    })
}

pub(in crate::record) const PARTY: Keys = Keys {
    kind: entity::PARTY,
    known: &["id", "name", "kind"],
    required: &["id", "name"],
};

pub(super) fn party(f: &Fields<'_>) -> Option<(PartyId, Party)> {
    let id: Option<PartyId> = f.own_id("id", entity::PARTY);
    let name = f.text("name");
    let kind = f.word("kind", PartyKind::ALL, PartyKind::as_str);
    let id = id?;
    let party = Party {
        id: id.clone(),
        name: name?,
        kind: kind.unwrap_or(PartyKind::Organisation),
    };
    Some((id, party))
}

pub(in crate::record) const PERSON: Keys = Keys {
    kind: entity::PERSON,
    known: &[
        "id",
        "name",
        "email",
        "timezone",
        "calendar",
        "slot",
        "digest",
        "pause",
        "calendar_part",
    ],
    required: &["id", "name"],
};

pub(super) fn person(f: &Fields<'_>) -> Option<(PersonId, Person)> {
    let id: Option<PersonId> = f.own_id("id", entity::PERSON);
    let name = f.text("name");
    let email = f.parsed("email", EmailAddress::parse);
    let timezone = f.parsed("timezone", zone);
    let calendar = f.reference("calendar", Target::One(entity::CALENDAR));
    let habits = habits(f);
    let id = id?;
    let person = Person {
        id: id.clone(),
        name: name?,
        email,
        timezone,
        calendar,
        habits,
    };
    Some((id, person))
}

pub(in crate::record) const DESK: Keys = Keys {
    kind: entity::DESK,
    known: &[
        "id",
        "name",
        "party",
        "email",
        "calendar",
        "head",
        "som_leader",
        "officers",
        "through",
        "slot",
        "digest",
        "pause",
        "calendar_part",
        "ends",
        "successor",
    ],
    required: &["id", "name", "calendar"],
};

pub(super) fn desk(f: &Fields<'_>) -> Option<(DeskId, Desk)> {
    let a_person = Target::One(entity::PERSON);
    let id: Option<DeskId> = f.own_id("id", entity::DESK);
    let name = f.text("name");
    let party = f.reference("party", Target::One(entity::PARTY));
    let email = f.parsed("email", EmailAddress::parse);
    let calendar = f.reference("calendar", Target::One(entity::CALENDAR));
    let head = f.reference("head", a_person);
    let som_leader = f.reference("som_leader", a_person);
    let officers = f.references("officers", a_person);
    let through = f.reference("through", Target::One(entity::DESK));
    let habits = habits(f);
    let ends = f.day("ends");
    let successor = f.reference("successor", Target::One(entity::DESK));
    let id = id?;
    let desk = Desk {
        id: id.clone(),
        name: name?,
        party,
        email,
        calendar: calendar?,
        head,
        som_leader,
        officers,
        through,
        habits,
        ends,
        successor,
    };
    Some((id, desk))
}

pub(in crate::record) const PARTNERSHIP: Keys = Keys {
    kind: entity::PARTNERSHIP,
    known: &[
        "id",
        "name",
        "parties",
        "status",
        "desk",
        "coordinators",
        "policy",
    ],
    required: &["id", "name"],
};

pub(in crate::record) const COORDINATOR: Keys = Keys {
    kind: "coordinator",
    known: &["party", "term", "desk"],
    required: &["party", "term"],
};

pub(super) fn partnership(f: &Fields<'_>) -> Option<(PartnershipId, Partnership)> {
    let id: Option<PartnershipId> = f.own_id("id", entity::PARTNERSHIP);
    let name = f.text("name");
    let parties = f.references("parties", Target::One(entity::PARTY));
    let status = f.text("status");
    let desk = f.reference("desk", Target::One(entity::DESK));
    let coordinators = f.tables("coordinators", &COORDINATOR);
    let coordinators = coordinators.iter().filter_map(coordinator).collect();
    let policy = f.table("policy", &policy::KEYS);
    let id = id?;
    let partnership = Partnership {
        id: id.clone(),
        name: name?,
        parties,
        status,
        desk,
        coordinators,
        policy: policy.as_ref().map(policy::policy).unwrap_or_default(),
    };
    Some((id, partnership))
}

fn coordinator(f: &Fields<'_>) -> Option<Coordinator> {
    let party = f.reference("party", Target::One(entity::PARTY));
    let term = f.parsed("term", |text| {
        Term::parse(text).map_err(|error| match error.reason {
            crate::domain::deadline::Reason::Unknown => {
                format!("`{text}` is not a term of years; write it like `2024-2027`")
            }
            reason => format!("`{text}` {reason}"),
        })
    });
    let desk = f.reference("desk", Target::One(entity::DESK));
    Some(Coordinator {
        party: party?,
        term: term?,
        desk,
    })
}

pub(in crate::record) const CHAIRMANSHIP: Keys = Keys {
    kind: entity::CHAIRMANSHIP,
    known: &["year", "party", "theme"],
    required: &["year", "party"],
};

pub(super) fn chairmanship(f: &Fields<'_>) -> Option<(i32, Chairmanship)> {
    let year = f.number("year", 1900..=2199);
    if let Some(year) = year {
        let key = EntityKey {
            kind: entity::CHAIRMANSHIP,
            id: year.to_string(),
        };
        f.declare(key, f.place_of("year"));
    }
    let party = f.reference("party", Target::One(entity::PARTY));
    let theme = f.text("theme");
    let year = i32::try_from(year?).ok()?;
    let chairmanship = Chairmanship {
        year,
        party: party?,
        theme,
    };
    Some((year, chairmanship))
}

pub(in crate::record) const MEETING: Keys = Keys {
    kind: entity::MEETING,
    known: &[
        "id",
        "partnership",
        "series",
        "number",
        "forum",
        "date",
        "status",
        "place",
        "host",
        "co_chairs",
        "attending",
    ],
    required: &["id"],
};

pub(super) fn meeting(f: &Fields<'_>) -> Option<(MeetingId, Meeting)> {
    let id: Option<MeetingId> = f.own_id("id", entity::MEETING);
    let partnership = f.reference("partnership", Target::One(entity::PARTNERSHIP));
    let series = f.text("series");
    let number = f.number("number", 1..=99_999);
    let forum = f.word("forum", Forum::ALL, Forum::as_str);
    let date = f.dated("date", MeetingDate::parse);
    let status = f.word("status", MeetingStatus::ALL, MeetingStatus::as_str);
    let place = f.text("place");
    let host = f.text("host");
    let co_chairs = f.texts("co_chairs");
    let attending = f.texts("attending");
    let id = id?;
    let meeting = Meeting {
        id: id.clone(),
        partnership,
        // A meeting that was given no name is called by its id.
        series: series.unwrap_or_else(|| id.to_string()),
        number,
        forum,
        status: status.unwrap_or(default_status(date.as_ref())),
        date,
        place,
        host,
        co_chairs,
        attending,
        date_revision: 1,
        moved_on: None,
        moves: Vec::new(),
    };
    Some((id, meeting))
}

/// The status of a meeting that does not give one.
pub(in crate::record) fn default_status(date: Option<&MeetingDate>) -> MeetingStatus {
    match date {
        Some(_) => MeetingStatus::Tentative,
        None => MeetingStatus::AwaitingDate,
    }
}

pub(in crate::record) const DOCUMENT: Keys = Keys {
    kind: entity::DOCUMENT,
    known: &[
        "id",
        "meeting",
        "kind",
        "title",
        "issued",
        "issuer",
        "authority",
        "file",
        "text",
        "sha256",
    ],
    required: &["id"],
};

pub(super) fn document(
    f: &Fields<'_>,
    attached: &BTreeMap<String, String>,
) -> Option<(DocumentId, Document)> {
    let id: Option<DocumentId> = f.own_id("id", entity::DOCUMENT);
    let meeting = f.reference("meeting", Target::One(entity::MEETING));
    let kind = f.text("kind");
    let title = f.text("title");
    let issued = f.day("issued");
    let issuer = f.reference("issuer", Target::One(entity::PARTY));
    let authority = f.word("authority", Authority::ALL, Authority::as_str);
    let text = document_text(f, attached);
    let given = f.parsed("sha256", hexadecimal_sha256);
    let computed = text.as_deref().map(sha256_of);
    if let (Some(given), Some(computed)) = (&given, &computed)
        && given != computed
    {
        let message = format!(
            "`sha256` is not that of the text, which is {computed}; the text or the hash was changed"
        );
        f.say(f.place_of("sha256"), message);
    }
    let id = id?;
    let document = Document {
        title: title.unwrap_or_else(|| id.to_string()),
        id: id.clone(),
        meeting,
        kind,
        issued,
        issuer,
        authority,
        text,
        sha256: computed.or(given),
    };
    Some((id, document))
}

/// The file a document names, before anything else is known of it.
pub(super) fn file_of_document(reading: &Reading, value: &Value) -> Option<String> {
    Fields::open(reading, value, &DOCUMENT, DOCUMENT.kind.into())?.text("file")
}

fn document_text(f: &Fields<'_>, attached: &BTreeMap<String, String>) -> Option<String> {
    let own = f.prose("text");
    let Some(file) = f.text("file") else {
        return own;
    };
    let place = f.place_of("file");
    if f.value("text").is_some() {
        f.say(place, "gives both `file` and `text`; keep one of them");
        return own;
    }
    match attached.get(&file) {
        None => {
            let message = format!(
                "`file` names `{file}`, which could not be read beside the record; check the path or put the words into `text`"
            );
            f.say(place, message);
            None
        }
        Some(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            let odd = text.chars().find(|c| c.is_control() && !LAYOUT.contains(c));
            if let Some(odd) = odd {
                let odd = odd.escape_default();
                let message = format!(
                    "`file` names `{file}`, which holds the control character `{odd}`; is it plain text?"
                );
                f.say(place, message);
                return None;
            }
            Some(text.to_owned())
        }
    }
}

fn hexadecimal_sha256(text: &str) -> Result<String, String> {
    if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("a SHA-256 is 64 hexadecimal digits".to_owned())
    }
}

/// The SHA-256 of a text, in lower-case hexadecimal.
pub fn sha256_of(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub(in crate::record) const INSTRUMENT: Keys = Keys {
    kind: entity::INSTRUMENT,
    known: &["id", "name", "acronym", "kind"],
    required: &["id", "name"],
};

pub(super) fn instrument(f: &Fields<'_>) -> Option<(InstrumentId, Instrument)> {
    let id: Option<InstrumentId> = f.own_id("id", entity::INSTRUMENT);
    let name = f.text("name");
    let acronym = f.text("acronym");
    let kind = f.text("kind");
    let id = id?;
    let instrument = Instrument {
        id: id.clone(),
        name: name?,
        acronym,
        kind,
    };
    Some((id, instrument))
}

pub(in crate::record) const ABSENCE: Keys = Keys {
    kind: entity::ABSENCE,
    known: &["person", "from", "until", "deputy"],
    required: &["person", "from", "until"],
};

pub(super) fn absence(f: &Fields<'_>) -> Option<(String, Absence)> {
    let a_person = Target::One(entity::PERSON);
    let person = f.reference("person", a_person);
    let from = f.day("from");
    let until = f.day("until");
    let deputy = f.reference("deputy", a_person);
    let absence = Absence {
        person: person?,
        from: from?,
        until: until?,
        deputy,
    };
    if absence.until < absence.from {
        f.say(f.place_of("until"), "`until` is before `from`");
    }
    if absence.deputy.as_ref() == Some(&absence.person) {
        f.say(
            f.place_of("deputy"),
            "nobody stands in for themselves; name another `deputy` or leave it out",
        );
    }
    let id = absence_id(&absence);
    let key = EntityKey {
        kind: entity::ABSENCE,
        id: id.clone(),
    };
    f.declare(key, f.place);
    Some((id, absence))
}
