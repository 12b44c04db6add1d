//! Papers that reach a world from outside: reports of a mail server about mail that did not arrive, a
//! file of holidays, and the link in a digest.

use std::fmt::Write;

use chrono::NaiveDate;

use super::acts::BOUNCES;
use crate::support::smtp::Taken;

/// What a report says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The mailbox is not there: mail does not reach the address.
    NoSuchUser,
    /// This message was refused; the address is all right.
    Policy,
    /// It is still being tried.
    Delayed,
    /// It says that the mailbox is not there, and has neither a return path of ours nor the message.
    Forged,
}

impl Kind {
    /// The one that has consequences more often.
    pub const ALL: [Kind; 5] = [
        Kind::NoSuchUser,
        Kind::NoSuchUser,
        Kind::Policy,
        Kind::Delayed,
        Kind::Forged,
    ];
}

/// A report about a message, and the address to which it comes: the message's return path.
pub fn about(message: &Taken, kind: Kind) -> (String, String) {
    let (action, status, words) = match kind {
        Kind::NoSuchUser | Kind::Forged => ("failed", "5.1.1", "550 5.1.1 no such user"),
        Kind::Policy => ("failed", "5.7.1", "550 5.7.1 refused by policy"),
        Kind::Delayed => ("delayed", "4.4.1", "451 4.4.1 no answer"),
    };
    let path = match kind {
        Kind::Forged => BOUNCES.replace('@', "+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@"),
        _ => message.from.clone(),
    };
    let id = match kind {
        Kind::Forged => "<somebody@example.org>",
        _ => message.message_id.as_deref().unwrap_or_default(),
    };
    let address = message.to.concat();
    let report = format!(
        "From: Mail Delivery System <MAILER-DAEMON@relay.example.org>\r\n\
         To: {path}\r\n\
         Subject: Delivery Status Notification\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"cut\"\r\n\
         \r\n\
         --cut\r\n\
         Content-Type: text/plain\r\n\
         \r\n\
         About your message to {address}.\r\n\
         --cut\r\n\
         Content-Type: message/delivery-status\r\n\
         \r\n\
         Reporting-MTA: dns; relay.example.org\r\n\
         \r\n\
         Final-Recipient: rfc822; {address}\r\n\
         Action: {action}\r\n\
         Status: {status}\r\n\
         Diagnostic-Code: smtp; {words}\r\n\
         \r\n\
         --cut\r\n\
         Content-Type: text/rfc822-headers\r\n\
         \r\n\
         Message-ID: {id}\r\n\
         To: {address}\r\n\
         \r\n\
         --cut--\r\n"
    );
    (report, path)
}

/// An iCalendar file of public holidays.
pub fn holiday_file(days: &[NaiveDate]) -> String {
    let mut file =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//holidays//EN\r\n".to_owned();
    for (n, day) in days.iter().enumerate() {
        let day = day.format("%Y%m%d");
        write!(
            file,
            "BEGIN:VEVENT\r\nUID:{n}@example.org\r\nDTSTAMP:20250101T000000Z\r\n\
             DTSTART;VALUE=DATE:{day}\r\nSUMMARY:Holiday {n}\r\nEND:VEVENT\r\n"
        )
        .unwrap();
    }
    file.push_str("END:VCALENDAR\r\n");
    file
}

/// The token in the link by which a message lets its reader end their digests.
pub fn unsubscribe_token(content: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(content);
    let head = text.split("\r\n\r\n").next()?.replace("\r\n ", " ");
    let line = head
        .lines()
        .find(|line| line.starts_with("List-Unsubscribe:"))?;
    let (_, token) = line.split_once("/unsubscribe/")?;
    Some(token.trim_end().trim_end_matches('>').to_owned())
}
