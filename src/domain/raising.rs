//! A request raised with the partner, and what came back, as a pure change of the record.

use chrono::NaiveDate;

use super::commitment::{Commitment, Kind, Raised};
use super::directory::Directory;
use super::ids::{MeetingId, ReaderId};
use super::moving::Entered;
use super::reporting::{Complaint, MOST_TEXT};

/// One occasion, as somebody enters it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occasion {
    pub date: NaiveDate,
    pub meeting: Option<MeetingId>,
    pub reply: Option<String>,
}

/// The request with the occasion on which it was raised.
///
/// # Errors
/// What is no request or is over; a day to come; a meeting nobody knows.
pub fn raised(
    commitment: &Commitment,
    directory: &Directory,
    occasion: &Occasion,
    by: &ReaderId,
    entered: Entered,
) -> Result<Commitment, Vec<Complaint>> {
    let mut complaints = Vec::new();
    if commitment.kind != Kind::Request || !commitment.is_open() {
        let words = "Only an open request is raised with the partner.";
        complaints.push(Complaint::new("all", words));
    }
    if occasion.date > entered.on {
        let words = "That day is still to come; enter it once it was raised.";
        complaints.push(Complaint::new("date", words));
    }
    let known = |id: &MeetingId| directory.meetings.contains_key(id);
    if occasion.meeting.as_ref().is_some_and(|id| !known(id)) {
        complaints.push(Complaint::new("meeting", "There is no such meeting."));
    }
    complaints.extend(too_long(occasion.reply.as_deref()));
    if !complaints.is_empty() {
        return Err(complaints);
    }
    let mut after = commitment.clone();
    after.raised.push(Raised {
        date: occasion.date,
        meeting: occasion.meeting.clone(),
        by: Some(by.clone()),
        reply: occasion.reply.clone(),
    });
    after.raised.sort_by_key(|raised| raised.date);
    Ok(after)
}

/// The request with the reply to one of the occasions on which it was raised, by its place.
///
/// # Errors
/// An occasion that is not there or has its reply; no words.
pub fn replied(
    commitment: &Commitment,
    place: usize,
    reply: &str,
) -> Result<Commitment, Vec<Complaint>> {
    let mut after = commitment.clone();
    let occasion = after.raised.get_mut(place).filter(|r| r.reply.is_none());
    let Some(occasion) = occasion else {
        let words = "That occasion has its reply on record already.";
        return Err(vec![Complaint::new("all", words)]);
    };
    if reply.is_empty() {
        return Err(vec![Complaint::new(
            "reply",
            "Say in a line what the partner replied.",
        )]);
    }
    let complaints: Vec<Complaint> = too_long(Some(reply)).into_iter().collect();
    if !complaints.is_empty() {
        return Err(complaints);
    }
    occasion.reply = Some(reply.to_owned());
    Ok(after)
}

fn too_long(reply: Option<&str>) -> Option<Complaint> {
    let length = reply.map_or(0, |reply| reply.chars().count());
    (length > MOST_TEXT).then(|| {
        let words = format!("This has {length} characters; {MOST_TEXT} is the most.");
        Complaint::new("reply", words)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_raised_and_gets_its_reply() {
        let book = crate::record::first_record();
        let request = book.open().find(|c| c.kind == Kind::Request).unwrap();
        let entered = Entered {
            on: "2025-06-20".parse().unwrap(),
            at: "2025-06-20T03:00:00Z".parse().unwrap(),
        };
        let by = "officer-asean-us".parse().unwrap();
        let occasion = |date: &str, meeting: &str| Occasion {
            date: date.parse().unwrap(),
            meeting: Some(meeting.parse().unwrap()),
            reply: None,
        };
        let enter = |o: &Occasion| raised(request, &book.directory, o, &by, entered);
        let once = enter(&occasion("2025-06-20", "prep-pmc-us-2025")).unwrap();
        let place = once.raised.len() - 1;
        assert_eq!(once.raised[place].by, Some(by.clone()));
        let answered = replied(&once, place, "They will look into it.").unwrap();
        assert!(replied(&answered, place, "again").is_err());
        assert!(replied(&once, place, "").is_err());
        assert!(enter(&occasion("2025-06-21", "prep-pmc-us-2025")).is_err());
        assert!(enter(&occasion("2025-06-20", "nowhere")).is_err());
        let other = book.open().find(|c| c.kind != Kind::Request).unwrap();
        let odd = occasion("2025-06-20", "prep-pmc-us-2025");
        assert!(raised(other, &book.directory, &odd, &by, entered).is_err());
    }
}
