//! The directory and the documents: everything commitments refer to, loaded whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};

use crate::domain::calendar::{Calendar, Weekend};
use crate::domain::deadline::{MeetingDate, Term};
use crate::domain::desk::{Absence, Desk, EmailAddress, Person};
use crate::domain::directory::Directory;
use crate::domain::document::{Authority, Document};
use crate::domain::habits::{Cadence, Habits, Pause};
use crate::domain::ids::{
    CalendarId, DeskId, DocumentId, InstrumentId, MeetingId, PartnershipId, PartyId, PersonId,
};
use crate::domain::instrument::Instrument;
use crate::domain::meeting::{Forum, Meeting, MeetingStatus, Move};
use crate::domain::partnership::{Coordinator, Partnership};
use crate::domain::party::{Chairmanship, Party, PartyKind};
use crate::store::error::StoreError;
use crate::store::record::entity::{
    absence, calendar, calendar_holiday, chairmanship, coordinator, desk, desk_officer, document,
    instrument, meeting, meeting_move, partnership, partnership_party, party, person,
};
use crate::store::transaction::Snapshot;
use crate::store::words::{json, known, maybe, parsed, word};

impl Snapshot {
    /// Loads the directory from its tables.
    pub(in crate::store) async fn load_directory(&self) -> Result<Directory, StoreError> {
        let mut directory = Directory {
            calendars: self.calendars().await?,
            parties: self.parties().await?,
            ..Directory::default()
        };
        directory.people = self.people(&directory).await?;
        directory.desks = self.desks(&directory).await?;
        directory.partnerships = self.partnerships(&directory).await?;
        directory.chairmanships = self.chairmanships(&directory).await?;
        directory.meetings = self.meetings(&directory).await?;
        directory.instruments = self.instruments().await?;
        directory.absences = self.absences(&directory).await?;
        directory.bouncing = self.bouncing_addresses().await?;
        let row = self.installation_row().await?;
        directory.policy = json(&row.policy, "the general policy")?;
        Ok(directory)
    }

    async fn calendars(&self) -> Result<BTreeMap<CalendarId, Calendar>, StoreError> {
        let mut holidays: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for row in calendar_holiday::Entity::find()
            .all(&self.transaction)
            .await?
        {
            holidays.entry(row.calendar_id).or_default().push(row.day);
        }
        let rows = calendar::Entity::find().all(&self.transaction).await?;
        rows.into_iter()
            .map(|row| {
                let calendar::Model {
                    id,
                    name,
                    timezone,
                    weekend,
                } = row;
                let place = format!("calendar {id}");
                let days: Vec<chrono::Weekday> = json(&weekend, &place)?;
                let weekend = Weekend::new(days)
                    .ok_or_else(|| StoreError::unreadable(format!("{place} never works")))?;
                let holidays = holidays.remove(&id).unwrap_or_default();
                let id = parsed(CalendarId::parse(&id), &place)?;
                let calendar = Calendar {
                    id: id.clone(),
                    name,
                    timezone: parsed(timezone.parse(), &place)?,
                    weekend,
                    holidays: holidays.into_iter().collect(),
                };
                Ok((id, calendar))
            })
            .collect()
    }

    async fn parties(&self) -> Result<BTreeMap<PartyId, Party>, StoreError> {
        let rows = party::Entity::find().all(&self.transaction).await?;
        rows.into_iter()
            .map(|party::Model { id, name, kind }| {
                let place = format!("party {id}");
                let id = parsed(PartyId::parse(&id), &place)?;
                let kind = word(PartyKind::parse, &kind, &place)?;
                Ok((id.clone(), Party { id, name, kind }))
            })
            .collect()
    }

    async fn people(&self, so_far: &Directory) -> Result<BTreeMap<PersonId, Person>, StoreError> {
        let rows = person::Entity::find().all(&self.transaction).await?;
        rows.into_iter()
            .map(|row| {
                let person::Model {
                    id,
                    name,
                    email,
                    timezone,
                    calendar_id,
                    slot,
                    digest,
                    pause_from,
                    pause_until,
                    calendar_part,
                } = row;
                let place = format!("person {id}");
                let id = parsed(PersonId::parse(&id), &place)?;
                let person = Person {
                    id: id.clone(),
                    name,
                    email: address(email.as_deref(), &place)?,
                    timezone: timezone.map(|z| parsed(z.parse(), &place)).transpose()?,
                    calendar: calendar_id
                        .map(|c| known(&so_far.calendars, &c, &place))
                        .transpose()?,
                    habits: Habits {
                        slot,
                        digest: word(Cadence::parse, &digest, &place)?,
                        pause: pause(pause_from, pause_until),
                        calendar_part,
                    },
                };
                Ok((id, person))
            })
            .collect()
    }

    async fn desks(&self, so_far: &Directory) -> Result<BTreeMap<DeskId, Desk>, StoreError> {
        let officers = desk_officer::Entity::find()
            .order_by_asc(desk_officer::Column::Place)
            .all(&self.transaction)
            .await?;
        let mut by_desk: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in officers {
            by_desk.entry(row.desk_id).or_default().push(row.person_id);
        }
        let rows = desk::Entity::find().all(&self.transaction).await?;
        rows.into_iter()
            .map(|row| {
                let desk::Model {
                    id,
                    name,
                    party_id,
                    email,
                    calendar_id,
                    head_id,
                    som_leader_id,
                    through_id,
                    slot,
                    digest,
                    pause_from,
                    pause_until,
                    calendar_part,
                    ends,
                    successor_id,
                } = row;
                let place = format!("desk {id}");
                let person = |p: &str| known(&so_far.people, p, &place);
                let officers = by_desk.remove(&id).unwrap_or_default();
                let id = parsed(DeskId::parse(&id), &place)?;
                let desk = Desk {
                    id: id.clone(),
                    name,
                    party: party_id
                        .map(|p| known(&so_far.parties, &p, &place))
                        .transpose()?,
                    email: address(email.as_deref(), &place)?,
                    calendar: known(&so_far.calendars, &calendar_id, &place)?,
                    head: head_id.as_deref().map(person).transpose()?,
                    som_leader: som_leader_id.as_deref().map(person).transpose()?,
                    officers: officers
                        .iter()
                        .map(|p| person(p))
                        .collect::<Result<_, _>>()?,
                    through: through_id
                        .map(|t| parsed(DeskId::parse(&t), &place))
                        .transpose()?,
                    habits: Habits {
                        slot,
                        digest: word(Cadence::parse, &digest, &place)?,
                        pause: pause(pause_from, pause_until),
                        calendar_part,
                    },
                    ends,
                    successor: successor_id
                        .map(|s| parsed(DeskId::parse(&s), &place))
                        .transpose()?,
                };
                Ok((id, desk))
            })
            .collect()
    }

    async fn partnerships(
        &self,
        so_far: &Directory,
    ) -> Result<BTreeMap<PartnershipId, Partnership>, StoreError> {
        let parties = partnership_party::Entity::find()
            .order_by_asc(partnership_party::Column::Place)
            .all(&self.transaction)
            .await?;
        let coordinators = coordinator::Entity::find()
            .order_by_asc(coordinator::Column::Place)
            .all(&self.transaction)
            .await?;
        let rows = partnership::Entity::find().all(&self.transaction).await?;
        rows.into_iter()
            .map(|row| {
                let partnership::Model {
                    id,
                    name,
                    status,
                    desk_id,
                    policy,
                } = row;
                let place = format!("partnership {id}");
                let party = |p: &str| known(&so_far.parties, p, &place);
                let desk = |d: &str| known(&so_far.desks, d, &place);
                let members = parties.iter().filter(|p| p.partnership_id == id);
                let terms = coordinators.iter().filter(|c| c.partnership_id == id);
                let partnership = Partnership {
                    id: parsed(PartnershipId::parse(&id), &place)?,
                    name,
                    parties: members
                        .map(|p| party(&p.party_id))
                        .collect::<Result<_, _>>()?,
                    status,
                    desk: desk_id.as_deref().map(desk).transpose()?,
                    coordinators: terms
                        .map(|c| {
                            Ok(Coordinator {
                                party: party(&c.party_id)?,
                                term: Term {
                                    from: c.from_year,
                                    to: c.to_year,
                                },
                                desk: c.desk_id.as_deref().map(desk).transpose()?,
                            })
                        })
                        .collect::<Result<_, StoreError>>()?,
                    policy: json(&policy, &place)?,
                };
                Ok((partnership.id.clone(), partnership))
            })
            .collect()
    }

    async fn chairmanships(
        &self,
        so_far: &Directory,
    ) -> Result<BTreeMap<i32, Chairmanship>, StoreError> {
        let rows = chairmanship::Entity::find().all(&self.transaction).await?;
        rows.into_iter()
            .map(
                |chairmanship::Model {
                     year,
                     party_id,
                     theme,
                 }| {
                    let party = known(&so_far.parties, &party_id, &format!("chairmanship {year}"))?;
                    Ok((year, Chairmanship { year, party, theme }))
                },
            )
            .collect()
    }

    async fn meetings(
        &self,
        so_far: &Directory,
    ) -> Result<BTreeMap<MeetingId, Meeting>, StoreError> {
        let mut moves = self.moves_of_meetings().await?;
        let rows = meeting::Entity::find().all(&self.transaction).await?;
        rows.into_iter()
            .map(|row| {
                let meeting::Model {
                    id,
                    partnership_id,
                    series,
                    number,
                    forum,
                    date,
                    status,
                    place: venue,
                    host,
                    co_chairs,
                    attending,
                    date_revision,
                    moved_on,
                    version: _,
                    next_due: _,
                } = row;
                let place = format!("meeting {id}");
                let moves = moves.remove(&id).unwrap_or_default();
                let id = parsed(MeetingId::parse(&id), &place)?;
                let meeting = Meeting {
                    id: id.clone(),
                    partnership: partnership_id
                        .map(|p| known(&so_far.partnerships, &p, &place))
                        .transpose()?,
                    series,
                    number: number.map(i32::unsigned_abs),
                    forum: maybe(Forum::parse, forum.as_deref(), &place)?,
                    date: date
                        .map(|d| parsed(MeetingDate::parse(&d), &place))
                        .transpose()?,
                    status: word(MeetingStatus::parse, &status, &place)?,
                    place: venue,
                    host,
                    co_chairs: json(&co_chairs, &place)?,
                    attending: json(&attending, &place)?,
                    date_revision: date_revision.unsigned_abs(),
                    moved_on,
                    moves,
                };
                Ok((id, meeting))
            })
            .collect()
    }

    async fn moves_of_meetings(&self) -> Result<BTreeMap<String, Vec<Move>>, StoreError> {
        let rows = meeting_move::Entity::find()
            .order_by_asc(meeting_move::Column::MeetingId)
            .order_by_asc(meeting_move::Column::Place)
            .all(&self.transaction)
            .await?;
        let mut moves: BTreeMap<String, Vec<Move>> = BTreeMap::new();
        for row in rows {
            let meeting_move::Model {
                meeting_id,
                place: _,
                date,
                entered_at,
                from_date,
                from_status,
                to_date,
                to_status,
                reason,
            } = row;
            let place = format!("a move of meeting {meeting_id}");
            let dated = |text: Option<String>| {
                text.map(|d| parsed(MeetingDate::parse(&d), &place))
                    .transpose()
            };
            let a_move = Move {
                date,
                entered: entered_at,
                from: dated(from_date)?,
                from_status: word(MeetingStatus::parse, &from_status, &place)?,
                to: dated(to_date)?,
                to_status: word(MeetingStatus::parse, &to_status, &place)?,
                reason,
            };
            moves.entry(meeting_id).or_default().push(a_move);
        }
        Ok(moves)
    }

    async fn instruments(&self) -> Result<BTreeMap<InstrumentId, Instrument>, StoreError> {
        let rows = instrument::Entity::find().all(&self.transaction).await?;
        rows.into_iter()
            .map(|row| {
                let instrument::Model {
                    id,
                    name,
                    acronym,
                    kind,
                } = row;
                let id = parsed(InstrumentId::parse(&id), &format!("instrument {id}"))?;
                let instrument = Instrument {
                    id: id.clone(),
                    name,
                    acronym,
                    kind,
                };
                Ok((id, instrument))
            })
            .collect()
    }

    async fn absences(&self, so_far: &Directory) -> Result<Vec<Absence>, StoreError> {
        let rows = absence::Entity::find().all(&self.transaction).await?;
        let mut absences = rows
            .into_iter()
            .map(|row| {
                let place = format!("absence of {}", row.person_id);
                let person = |p: &str| known(&so_far.people, p, &place);
                Ok(Absence {
                    person: person(&row.person_id)?,
                    from: row.from_day,
                    until: row.until_day,
                    deputy: row.deputy_id.as_deref().map(person).transpose()?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        absences.sort_by(|a, b| (&a.person, a.from).cmp(&(&b.person, b.from)));
        Ok(absences)
    }

    /// Every document changed after a version of the record.
    pub(in crate::store) async fn load_documents_since(
        &self,
        version: i64,
        directory: &Directory,
        into: &mut BTreeMap<DocumentId, Arc<Document>>,
    ) -> Result<(), StoreError> {
        let changed = document::Column::ChangedIn.gt(version);
        self.load_documents(changed.into(), directory, into).await
    }

    /// The documents of which a condition holds.
    pub(in crate::store) async fn load_documents(
        &self,
        condition: Condition,
        directory: &Directory,
        into: &mut BTreeMap<DocumentId, Arc<Document>>,
    ) -> Result<(), StoreError> {
        let rows = document::Entity::find()
            .filter(condition)
            .all(&self.transaction)
            .await?;
        for row in rows {
            let document::Model {
                id,
                meeting_id,
                kind,
                title,
                issued,
                issuer_id,
                authority,
                text,
                sha256,
                changed_in: _,
            } = row;
            let place = format!("document {id}");
            let id = parsed(DocumentId::parse(&id), &place)?;
            let document = Document {
                id: id.clone(),
                meeting: meeting_id
                    .map(|m| known(&directory.meetings, &m, &place))
                    .transpose()?,
                kind,
                title,
                issued,
                issuer: issuer_id
                    .map(|p| known(&directory.parties, &p, &place))
                    .transpose()?,
                authority: maybe(Authority::parse, authority.as_deref(), &place)?,
                text,
                sha256,
            };
            into.insert(id, Arc::new(document));
        }
        Ok(())
    }
}

/// The schema holds both days or neither.
fn pause(from: Option<NaiveDate>, until: Option<NaiveDate>) -> Option<Pause> {
    let (from, until) = (from?, until?);
    Some(Pause { from, until })
}

fn address(text: Option<&str>, place: &str) -> Result<Option<EmailAddress>, StoreError> {
    text.map(|t| parsed(EmailAddress::parse(t), place))
        .transpose()
}
