//! Somebody writes back: what they say waits as a draft of the desk. What cannot be believed changes
//! nothing, and nobody is written to because of it.

use aide_memoire::acts::replying::{Replied, Trust, take};
use aide_memoire::clock::Clock;
use aide_memoire::config::ReplyTrust;
use aide_memoire::domain::commitment::Commitment;
use aide_memoire::domain::progress::UpdateState;
use mail_parser::MessageParser;

use super::{DESK, deliverable};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;

const SERVER: &str = "mx.mfa.example.org";
const PASS: &str =
    "Authentication-Results: mx.mfa.example.org; dmarc=pass header.from=mfa.example.org\r\n";

fn desk() -> String {
    let officer = "[[person]]\nid = \"dara\"\nname = \"Sok Dara\"\nemail = \"dara@mfa.example.org\"\n\n[[desk]]";
    DESK.replacen("[[desk]]", officer, 1)
        .replace("head = \"head\"", "head = \"head\"\nofficers = [\"dara\"]")
}

fn one_deadline() -> String {
    format!("{}{}", desk(), deliverable("US37-01", "20 June 2025"))
}

/// A house that takes replies, an hour after the desk's first reminder.
async fn an_hour_after(database: TestDatabase, record: &str) -> House {
    let mut house = House::open(database, record, "2025-06-12 20:00").await;
    house.restart(|config| {
        config.mail.reply_to = "reply@mfa.example.org".into();
        config.mail.authserv_id = SERVER.into();
    });
    house.run_until("2025-06-13 02:00").await;
    house
}

/// Where the latest letter to an address asks for replies.
fn reply_to(house: &House, to: &str) -> String {
    let log = house.relay.log();
    let letter = log.iter().rev().find(|m| m.to[0].starts_with(to)).unwrap();
    let parsed = MessageParser::default().parse(&letter.content).unwrap();
    let address = parsed.reply_to().unwrap().first().unwrap().address();
    address.unwrap().to_owned()
}

/// A reply as the receiving server hands it over.
fn message(from: &str, to: &str, head: &str, words: &str) -> String {
    format!(
        "Return-Path: <{from}>\r\nDelivered-To: {to}\r\n{head}From: Somebody <{from}>\r\nTo: <{to}>\r\n\
         Subject: Re: US37-01\r\nMessage-ID: <{}@mail.example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         {words}\r\n\r\nOn Fri, 13 Jun 2025 at 08:00, Aide-memoire <{to}> wrote:\r\n> Please say where it stands\r\n",
        words.len()
    )
}

async fn handed(house: &House, by: ReplyTrust, message: &str) -> Replied {
    let (_, own) = house.config.mail.sender().unwrap();
    let trust = Trust {
        by,
        server: SERVER.into(),
        own,
    };
    let now = house.clock.business_now();
    take(&house.store, message.as_bytes(), None, &trust, now)
        .await
        .unwrap()
}

async fn received(house: &House, message: &str) -> Replied {
    handed(house, ReplyTrust::Dmarc, message).await
}

async fn known(house: &House, reference: &str) -> Commitment {
    let book = house.store.book().await.unwrap();
    book.commitment(reference).unwrap().clone()
}

/// The texts of the drafts on a commitment.
async fn drafts(house: &House, reference: &str) -> Vec<String> {
    let commitment = known(house, reference).await;
    let drafts = commitment.updates.iter();
    drafts
        .filter(|u| u.state == UpdateState::Draft)
        .map(|u| u.text.clone().unwrap_or_default())
        .collect()
}

fn is_ignored(replied: &Replied) -> bool {
    matches!(replied, Replied::Ignored(_))
}

on_both_databases!(
    a_reply_waits_as_a_draft_of_the_desk,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let to = reply_to(&house, "us-desk@");
        assert!(
            to.starts_with("reply+") && to.split('@').next().unwrap().len() <= 64,
            "{to}"
        );
        let said = message("dara@mfa.example.org", &to, PASS, "The text is agreed.");
        let replied = received(&house, &said).await;
        assert!(
            matches!(&replied, Replied::Drafted(on) if on.len() == 1),
            "{replied:?}"
        );
        assert_eq!(drafts(&house, "US37-01").await, ["The text is agreed."]);
        let update = known(&house, "US37-01").await.updates[0].clone();
        assert_eq!(update.by.as_ref().unwrap().as_str(), "us-desk");
        assert_eq!(update.given.as_deref(), Some("Sok Dara"));
        // Capitals, as some servers have it; and the same message twice.
        let shouted = said.replace(
            &format!("Delivered-To: {to}"),
            &format!("Delivered-To: {}", to.to_uppercase()),
        );
        assert_eq!(received(&house, &shouted).await, Replied::Known);
        // More words join what waits.
        let more = message(
            "us-desk@mfa.example.org",
            &to,
            PASS,
            "And it is signed now.",
        );
        assert!(matches!(received(&house, &more).await, Replied::Drafted(_)));
        assert_eq!(
            drafts(&house, "US37-01").await,
            ["The text is agreed.\n\nAnd it is signed now."]
        );
        // A draft answers nothing: the desk is reminded as before.
        house.run_until("2025-06-20 02:00").await;
        assert!(house.notices().await.len() > 1);
        house.reconcile().await;
    }
);

on_both_databases!(
    who_is_not_expected_or_not_vouched_for_changes_nothing,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let to = reply_to(&house, "us-desk@");
        let sent = house.relay.log().len();
        let desk = "us-desk@mfa.example.org";
        let fail = PASS.replace("pass", "fail");
        let elsewhere = PASS.replace(SERVER, "mx.evil.example.com");
        let below = format!("{fail}{PASS}");
        let other_domain = PASS.replace("header.from=mfa", "header.from=evil");
        let twice = format!("{PASS}From: Other <dara@mfa.example.org>\r\n");
        for (why, from, head) in [
            ("a stranger", "eve@mfa.example.org", PASS),
            ("of another domain", "us-desk@mfa.example.com", PASS),
            ("no DMARC", desk, ""),
            ("DMARC failed", desk, fail.as_str()),
            ("another server says so", desk, elsewhere.as_str()),
            ("the sender says so below", desk, below.as_str()),
            ("for another domain", desk, other_domain.as_str()),
            ("two senders", desk, twice.as_str()),
        ] {
            let replied = received(&house, &message(from, &to, head, "Done.")).await;
            assert!(is_ignored(&replied), "{why}: {replied:?}");
        }
        // A token nobody signed, and another purpose's.
        let key = house.store.signing_key().await.unwrap();
        let notice = house.notices().await.remove(0).id;
        use aide_memoire::domain::token::Purpose;
        let bounce = format!(
            "reply+{}@mfa.example.org",
            key.notice_token(Purpose::Bounce, notice)
        );
        for address in [
            bounce.as_str(),
            "reply+aaaa@mfa.example.org",
            "reply@mfa.example.org",
        ] {
            let replied = received(&house, &message(desk, address, PASS, "Done.")).await;
            assert_eq!(replied, Replied::NoReply, "{address}");
        }
        assert!(drafts(&house, "US37-01").await.is_empty());
        house.activate().await;
        assert_eq!(house.relay.log().len(), sent, "nobody is written to");
        // The same from the desk, vouched for: it was the sender that was wrong.
        let good = message(desk, &to, PASS, "Done.");
        assert!(matches!(received(&house, &good).await, Replied::Drafted(_)));
    }
);

on_both_databases!(
    programs_and_circles_are_dropped,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let to = reply_to(&house, "us-desk@");
        let desk = "us-desk@mfa.example.org";
        for mark in [
            "Auto-Submitted: auto-replied",
            "Auto-Submitted: auto-generated (reminder)",
            "Precedence: bulk",
            "Precedence: auto_reply",
            "X-Auto-Response-Suppress: All",
            "X-Autoreply: yes",
            "X-Loop: desk",
            "List-Id: <desk.mfa.example.org>",
            "List-Unsubscribe: <mailto:x@y>",
        ] {
            let head = format!("{PASS}{mark}\r\n");
            let replied = received(&house, &message(desk, &to, &head, "I am away.")).await;
            assert!(is_ignored(&replied), "{mark}: {replied:?}");
        }
        let said = message(desk, &to, PASS, "I am away.");
        let null = said.replace(&format!("Return-Path: <{desk}>"), "Return-Path: <>");
        assert!(is_ignored(&received(&house, &null).await));
        let report = said.replace(
            "text/plain;",
            "multipart/report; report-type=delivery-status;",
        );
        assert!(is_ignored(&received(&house, &report).await));
        // Our own letter, come back to its own address.
        let own = String::from_utf8(house.relay.log()[0].content.clone()).unwrap();
        let own = own.replacen("Auto-Submitted: auto-generated\r\n", "", 1);
        let own = own.replacen("X-Auto-Response-Suppress: All\r\n", "", 1);
        let circle = format!("Delivered-To: {to}\r\n{PASS}{own}");
        assert!(is_ignored(&received(&house, &circle).await));
        let no = format!("{PASS}Auto-Submitted: no\r\n");
        let person = message(desk, &to, &no, "I am here.");
        assert!(matches!(
            received(&house, &person).await,
            Replied::Drafted(_)
        ));
        assert_eq!(drafts(&house, "US37-01").await, ["I am here."]);
    }
);

on_both_databases!(
    inside_one_ministry_the_relay_is_trusted_and_off_is_off,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let to = reply_to(&house, "us-desk@");
        let said = message("dara@mfa.example.org", &to, "", "On track.");
        assert!(is_ignored(&handed(&house, ReplyTrust::Off, &said).await));
        assert!(is_ignored(&handed(&house, ReplyTrust::Dmarc, &said).await));
        let replied = handed(&house, ReplyTrust::Internal, &said).await;
        assert!(matches!(replied, Replied::Drafted(_)), "{replied:?}");
        // An address of the desk that is not in the house.
        let outside = one_deadline().replace("dara@mfa.example.org", "dara@mail.example.net");
        house.import(&outside).await.unwrap();
        let said = message("dara@mail.example.net", &to, "", "Not from the house.");
        assert!(is_ignored(
            &handed(&house, ReplyTrust::Internal, &said).await
        ));
    }
);

on_both_databases!(
    what_cannot_be_kept_is_told_to_whoever_wrote,
    async |database: TestDatabase| {
        let record = format!(
            "{}{}",
            one_deadline(),
            deliverable("US37-02", "20 June 2025")
        );
        let house = an_hour_after(database, &record).await;
        let to = reply_to(&house, "us-desk@");
        let desk = "us-desk@mfa.example.org";
        let unsorted = message(desk, &to, PASS, "All is well.");
        let Replied::Refused(why) = received(&house, &unsorted).await else {
            panic!("refused");
        };
        assert!(why.contains("US37-01, US37-02"), "{why}");
        // Whoever stands on the envelope did not write it: they hear nothing.
        let other = unsorted.replace(
            &format!("Return-Path: <{desk}>"),
            "Return-Path: <victim@example.com>",
        );
        assert!(is_ignored(&received(&house, &other).await));
        let sorted = message(
            desk,
            &to,
            PASS,
            "US37-02: on track.\r\nUS37-01: at risk, no venue.",
        );
        assert!(matches!(received(&house, &sorted).await, Replied::Drafted(on) if on.len() == 2));
        assert_eq!(drafts(&house, "US37-01").await, ["at risk, no venue."]);
        assert_eq!(drafts(&house, "US37-02").await, ["on track."]);
        let empty = message(desk, &to, PASS, "");
        assert!(
            matches!(received(&house, &empty).await, Replied::Refused(why) if why.contains("no words"))
        );
        let with_file = format!(
            "Return-Path: <{desk}>\r\nDelivered-To: {to}\r\n{PASS}From: <{desk}>\r\nTo: <{to}>\r\nMessage-ID: <file@x>\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
             US37-01: see the file.\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"note.pdf\"\r\n\r\n%PDF\r\n--b--\r\n"
        );
        assert!(matches!(
            received(&house, &with_file).await,
            Replied::Drafted(_)
        ));
        let drafts = drafts(&house, "US37-01").await;
        assert!(
            drafts[0].contains("see the file.") && drafts[0].contains("1 attachment came"),
            "{drafts:?}"
        );
    }
);

on_both_databases!(
    a_desk_that_lost_it_says_nothing_to_it_any_more,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let to = reply_to(&house, "us-desk@");
        let other = "\n[[desk]]\nid = \"other\"\nname = \"Other desk\"\nemail = \"other@mfa.example.org\"\ncalendar = \"phnom-penh\"\n";
        let moved = format!(
            "{}{other}{}",
            desk(),
            deliverable("US37-01", "20 June 2025")
        )
        .replace("lead = \"us-desk\"", "lead = \"other\"");
        house.import(&moved).await.unwrap();
        let said = message("us-desk@mfa.example.org", &to, PASS, "Done.");
        assert!(
            matches!(received(&house, &said).await, Replied::Refused(why) if why.contains("still open"))
        );
        assert!(drafts(&house, "US37-01").await.is_empty());
    }
);
