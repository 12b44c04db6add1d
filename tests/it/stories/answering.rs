//! A reminder is answered by the links of the letter that really left.

use aide_memoire::acts::answering::{AnswerError, Link, Times, answer, look};
use aide_memoire::clock::Clock;
use aide_memoire::domain::answer::{Answer, VALID_DAYS};
use aide_memoire::domain::answering::AnswerForm;
use aide_memoire::domain::commitment::Commitment;
use aide_memoire::domain::progress::{Confidence, Reported, Update, UpdateState};
use aide_memoire::store::GivenAnswer;
use chrono::TimeDelta;

use super::{DESK, commitment, deliverable};
use crate::support::answers::{answer_in, answers_in, token_of};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{ALL, House};

/// The desk with an officer.
fn desk() -> String {
    let officer = "[[person]]\nid = \"dara\"\nname = \"Sok Dara\"\n\n[[desk]]";
    DESK.replacen("[[desk]]", officer, 1)
        .replace("head = \"head\"", "head = \"head\"\nofficers = [\"dara\"]")
}

fn one_deadline() -> String {
    format!("{}{}", desk(), deliverable("US37-01", "20 June 2025"))
}

/// A house whose desk got its first reminder an hour ago, on the morning of Friday 13 June.
async fn an_hour_after(database: TestDatabase, record: &str) -> House {
    let house = House::open(database, record, "2025-06-12 20:00").await;
    house.run_until("2025-06-13 02:00").await;
    house
}

/// The token of an answer in the latest letter to an address.
fn token(house: &House, to: &str, label: &str) -> String {
    let log = house.relay.log();
    let letter = log.iter().rev().find(|m| m.to[0].starts_with(to));
    token_of(&answer_in(&letter.expect("a letter").content, label))
}

fn times(house: &House) -> Times {
    Times {
        business: house.clock.business_now(),
        real: house.clock.real_now(),
    }
}

fn form(words: &str) -> AnswerForm {
    AnswerForm {
        words: words.to_owned(),
        by: "dara".to_owned(),
        ..AnswerForm::default()
    }
}

async fn give(
    house: &House,
    token: &str,
    said: Answer,
    form: &AnswerForm,
) -> Result<GivenAnswer, AnswerError> {
    answer(&house.store, token, said, form, times(house)).await
}

async fn link(house: &House, token: &str) -> Option<Link> {
    let key = house.store.signing_key().await.unwrap();
    let snapshot = house.store.read().await.unwrap();
    look(&snapshot, &key, token, times(house)).await.unwrap()
}

async fn is_ended(house: &House, token: &str) -> bool {
    matches!(link(house, token).await, Some(Link::Ended))
}

async fn known(house: &House) -> Commitment {
    let book = house.store.book().await.unwrap();
    book.commitment("US37-01").unwrap().clone()
}

async fn said_last(house: &House) -> Update {
    known(house).await.updates.last().unwrap().clone()
}

/// The fields a form is refused for.
async fn complaints(house: &House, token: &str, said: Answer, form: &AnswerForm) -> Vec<String> {
    match give(house, token, said, form).await {
        Err(AnswerError::Unfit(_, all)) => all.iter().map(|c| c.field.to_owned()).collect(),
        other => panic!("refused: {other:?}"),
    }
}

async fn audited(house: &House) -> Vec<String> {
    let snapshot = house.store.read().await.unwrap();
    let audit = snapshot.audit_trail(ALL).await.unwrap();
    let answers = audit.iter().filter(|a| a.act == "answer");
    answers
        .map(|a| format!("{}: {} {}", a.actor, a.subject, a.detail))
        .collect()
}

on_both_databases!(
    an_answer_is_an_update_that_awaits_review_and_its_link_is_used_up,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let all = answers_in(&house.relay.log()[0].content);
        let labels: Vec<&str> = all.iter().map(|(label, _)| label.as_str()).collect();
        let wanted = [
            "On track",
            "At risk",
            "Done",
            "Waiting for them",
            "New date",
            "Not ours",
            "Later",
        ];
        assert_eq!(labels, wanted);
        let token = token(&house, "us-desk@", "At risk");
        assert!(matches!(link(&house, &token).await, Some(Link::Open(_))));
        let given = give(
            &house,
            &token,
            Answer::AtRisk,
            &form("The text is not agreed."),
        )
        .await;
        assert_eq!(given.unwrap().given, "Sok Dara");
        let update = said_last(&house).await;
        assert_eq!(update.state, UpdateState::Submitted);
        assert_eq!(update.by.as_ref().unwrap().as_str(), "dara");
        assert_eq!(update.date.to_string(), "2025-06-13");
        assert_eq!(
            (update.reported, update.confidence),
            (Reported::Ongoing, Some(Confidence::Amber))
        );
        assert_eq!(update.text.as_deref(), Some("The text is not agreed."));
        let audit = audited(&house).await;
        assert_eq!(
            audit,
            ["us-desk, by a link in a mail: US37-01 answered at-risk; given by Sok Dara"],
            "who, what and by which way, and not a word of the text"
        );
        // Whichever answer of the letter is tried next: it was given.
        for said in [Answer::AtRisk, Answer::OnTrack, Answer::Later] {
            let again = give(&house, &token, said, &form("Again.")).await;
            let closed = matches!(again, Err(AnswerError::Closed(Link::Used(..))));
            assert!(closed, "{again:?}");
        }
        assert_eq!(known(&house).await.updates.len(), 1);
        house.run_until("2025-06-16 03:00").await;
        house.reconcile().await;
    }
);

on_both_databases!(of_two_tabs_one_answers, async |database: TestDatabase| {
    let house = an_hour_after(database, &one_deadline()).await;
    let token = token(&house, "us-desk@", "On track");
    let tabs: Vec<_> = (0..4)
        .map(|_| {
            let (store, token, times) = (house.store.clone(), token.clone(), times(&house));
            tokio::spawn(
                async move { answer(&store, &token, Answer::OnTrack, &form(""), times).await },
            )
        })
        .collect();
    let mut given = 0;
    for tab in tabs {
        given += usize::from(tab.await.unwrap().is_ok());
    }
    assert_eq!(given, 1);
    assert_eq!(known(&house).await.updates.len(), 1);
    assert_eq!(audited(&house).await.len(), 1);
});

on_both_databases!(
    each_answer_says_what_it_says,
    async |database: TestDatabase| {
        let mut house = House::open(database, &one_deadline(), "2025-06-12 20:00").await;
        house.run_until("2025-06-13 02:00").await;
        let first = token(&house, "us-desk@", "New date");
        // What was asked for again brings links of its own.
        let mut tokens = vec![first];
        let notice = house.notices().await.remove(0).id;
        for _ in 0..5 {
            use aide_memoire::acts::{Actor, again::tell_again};
            let (now, id) = (house.clock.business_now(), uuid::Uuid::new_v4());
            tell_again(&house.store, notice, &Actor::Operator, id, now)
                .await
                .unwrap();
            house.activate().await;
            tokens.push(token(&house, "us-desk@", "Done"));
        }
        house.restart(|_| {});
        tokens.sort();
        tokens.dedup();
        assert_eq!(tokens.len(), 6, "bound to the notice");
        let mut next = tokens.into_iter();
        let mut fresh = || next.next().unwrap();

        let new_date = fresh();
        let mut wish = form("The partner asked for time.");
        wish.date = "when it suits".into();
        let refused = complaints(&house, &new_date, Answer::NewDate, &wish).await;
        assert_eq!(refused, ["date"]);
        wish.date = "March 2025".into();
        let refused = complaints(&house, &new_date, Answer::NewDate, &wish).await;
        assert_eq!(refused, ["date"], "it is past");
        wish.date = "August 2025".into();
        give(&house, &new_date, Answer::NewDate, &wish)
            .await
            .unwrap();
        let update = said_last(&house).await;
        let wanted = update.extension.as_ref().unwrap();
        assert_eq!(wanted.to.text(), "August 2025");
        assert_eq!(update.ask.as_deref(), Some("The partner asked for time."));
        assert!(
            update.wants_som_leader(),
            "it is the SOM leader's to decide"
        );
        let still = known(&house).await.deadline.unwrap();
        assert_eq!(still.text(), "20 June 2025", "asked, not granted");

        let named = AnswerForm {
            by: String::new(),
            name: "  Chan\u{7}  Thida ".into(),
            ..form("Try the cyber desk.")
        };
        give(&house, &fresh(), Answer::NotOurs, &named)
            .await
            .unwrap();
        let update = said_last(&house).await;
        assert_eq!(update.ask.as_deref(), Some("Not ours. Try the cyber desk."));
        assert_eq!(update.given.as_deref(), Some("Chan Thida"));
        assert_eq!(update.by.as_ref().unwrap().as_str(), "us-desk");

        give(&house, &fresh(), Answer::Waiting, &form(""))
            .await
            .unwrap();
        let update = said_last(&house).await;
        assert_eq!(update.text.as_deref(), Some("Waiting for the other side."));
        assert_eq!(update.reported, Reported::Ongoing);

        let later = fresh();
        let mut snooze = form("After the elections.");
        for odd in ["2025-06-13", "2025-07-14", "soon", ""] {
            snooze.date = odd.into();
            let refused = complaints(&house, &later, Answer::Later, &snooze).await;
            assert_eq!(refused, ["date"], "{odd}");
        }
        snooze.date = "2025-07-13".into();
        give(&house, &later, Answer::Later, &snooze).await.unwrap();
        let kept = known(&house).await.snoozed.unwrap();
        assert_eq!(kept.until.to_string(), "2025-07-13");
        assert_eq!(kept.reason, "After the elections.");

        let mut done = form("Signed.");
        done.evidence = "javascript:alert(1)".into();
        let last = fresh();
        let refused = complaints(&house, &last, Answer::Done, &done).await;
        assert_eq!(refused, ["evidence"]);
        done.evidence = "https://mfa.example.org/signed.pdf".into();
        give(&house, &last, Answer::Done, &done).await.unwrap();
        let update = said_last(&house).await;
        assert_eq!(update.reported, Reported::Completed);
        assert_eq!(update.evidence, ["https://mfa.example.org/signed.pdf"]);
        house.reconcile().await;
    }
);

on_both_databases!(
    an_answer_names_somebody_and_gives_its_reason,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let token = token(&house, "us-desk@", "At risk");
        let mut nobody = form("");
        nobody.by = String::new();
        let refused = complaints(&house, &token, Answer::AtRisk, &nobody).await;
        assert_eq!(refused, ["words", "by"]);
        // The SOM leader is not of the desk.
        nobody.by = "leader".into();
        let refused = complaints(&house, &token, Answer::OnTrack, &nobody).await;
        assert_eq!(refused, ["by"]);
        assert!(known(&house).await.updates.is_empty());
        nobody.by = "head".into();
        give(&house, &token, Answer::OnTrack, &nobody)
            .await
            .unwrap();
    }
);

on_both_databases!(
    a_link_has_its_days_on_the_real_clock,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let token = token(&house, "us-desk@", "On track");
        let now = house.clock.business_now();
        // A business clock that wanders is nothing to it.
        house.clock.turn(now + TimeDelta::days(90));
        assert!(matches!(link(&house, &token).await, Some(Link::Open(_))));
        house.clock.turn(now);
        house.clock.wait(TimeDelta::days(i64::from(VALID_DAYS)));
        house.clock.turn(now);
        assert!(matches!(link(&house, &token).await, Some(Link::Open(_))));
        house.clock.wait(TimeDelta::days(1));
        house.clock.turn(now);
        assert!(is_ended(&house, &token).await);
        let late = give(&house, &token, Answer::OnTrack, &form("")).await;
        assert!(matches!(late, Err(AnswerError::Closed(Link::Ended))));
        assert!(known(&house).await.updates.is_empty());
    }
);

/// A second desk, and the commitment's lead and further lines.
fn with_other(lead: &str, lines: &str) -> String {
    let other = "\n[[desk]]\nid = \"other\"\nname = \"Other desk\"\nemail = \"other@mfa.example.org\"\ncalendar = \"phnom-penh\"\n";
    format!(
        "{}{other}{}",
        desk(),
        deliverable("US37-01", "20 June 2025")
    )
    .replace("lead = \"us-desk\"", &format!("lead = \"{lead}\""))
        + lines
}

on_both_databases!(
    a_link_dies_with_what_it_was_for,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &with_other("us-desk", "")).await;
        let token = token(&house, "us-desk@", "On track");
        let open = async || matches!(link(&house, &token).await, Some(Link::Open(_)));
        assert!(open().await);

        house.import(&with_other("other", "")).await.unwrap();
        assert!(is_ended(&house, &token).await, "the desk lost it");
        let lost = give(&house, &token, Answer::OnTrack, &form("")).await;
        assert!(matches!(lost, Err(AnswerError::Closed(Link::Ended))));

        let secret = "confidentiality = \"restricted\"\nreaders = [\"other\"]\n";
        house.import(&with_other("other", secret)).await.unwrap();
        assert!(is_ended(&house, &token).await);
        house
            .import(&with_other(
                "us-desk",
                "confidentiality = \"internal\"\nreaders = []\n",
            ))
            .await
            .unwrap();
        assert!(open().await);

        let moved = with_other("us-desk", "confidentiality = \"internal\"\nreaders = []\n")
            .replace("us-desk@mfa.example.org", "americas@mfa.example.org");
        house.import(&moved).await.unwrap();
        assert!(
            link(&house, &token).await.is_none(),
            "whoever reads the old mailbox is nobody any more"
        );
        let back = moved.replace("americas@", "us-desk@");
        house.import(&back).await.unwrap();
        assert!(open().await);
        house
            .import(&format!(
                "{back}state = \"closed\"\nclosed = \"2025-06-13\"\n"
            ))
            .await
            .unwrap();
        assert!(is_ended(&house, &token).await, "nothing is left to answer");
        assert!(known(&house).await.updates.is_empty());
    }
);

on_both_databases!(
    whoever_left_the_desk_does_not_answer_for_it,
    async |database: TestDatabase| {
        // The desk has no mailbox: its head hears in its place.
        let record = one_deadline().replace("email = \"us-desk@mfa.example.org\"\n", "");
        let record = record.replacen("[[desk]]", "[[person]]\nid = \"heir\"\nname = \"Heir\"\nemail = \"heir@mfa.example.org\"\n\n[[desk]]", 1);
        let house = an_hour_after(database, &record).await;
        let token = token(&house, "head@", "On track");
        let mut mine = form("");
        mine.by = String::new();
        mine.name = "Somebody".into();
        let refused = complaints(&house, &token, Answer::OnTrack, &mine).await;
        assert_eq!(refused, ["by"], "the letter went to one person");
        house
            .import(&record.replace("head = \"head\"", "head = \"heir\""))
            .await
            .unwrap();
        assert!(is_ended(&house, &token).await);
        house.import(&record).await.unwrap();
        use aide_memoire::domain::account::Account;
        use aide_memoire::domain::desk::EmailAddress;
        let now = house.clock.business_now();
        let email = EmailAddress::parse("head@mfa.example.org").unwrap();
        let account = Account::new("head".parse().unwrap(), &email, now);
        let disable = async |at| {
            let mut change = house.store.change().await.unwrap();
            change.set_disabled(&account.person, at).await.unwrap();
            change.commit().await.unwrap();
        };
        let mut change = house.store.change().await.unwrap();
        change.enter_account(&account).await.unwrap();
        change.commit().await.unwrap();
        disable(Some(now)).await;
        assert!(is_ended(&house, &token).await, "locked out");
        disable(None).await;
        mine.by = "head".into();
        give(&house, &token, Answer::OnTrack, &mine).await.unwrap();
        assert_eq!(said_last(&house).await.by.unwrap().as_str(), "head");
    }
);

on_both_databases!(
    a_cooperating_desk_can_say_that_it_is_the_wrong_one,
    async |database: TestDatabase| {
        let met = "\n[[commitment.update]]\ndate = \"2025-06-12\"\nby = \"us-desk\"\nreported = \"completed\"\nstate = \"accepted\"\n";
        let record = with_other("us-desk", met).replace(
            "opened = \"2025-04-01\"",
            "opened = \"2025-06-12\"\ncooperating = [\"other\"]",
        );
        let house = House::open(database, &record, "2025-06-12 20:00").await;
        house.run_until("2025-06-13 02:00").await;
        let log = house.relay.log();
        let letter = log.iter().find(|m| m.to[0].starts_with("other@")).unwrap();
        let labels: Vec<String> = answers_in(&letter.content)
            .into_iter()
            .map(|(l, _)| l)
            .collect();
        assert_eq!(labels, ["Not ours"]);
        let token = token(&house, "other@", "Not ours");
        let mut words = form("Ask the economic desk.");
        words.by = String::new();
        words.name = "Ma Hnin".into();
        let refused = complaints(&house, &token, Answer::Done, &words).await;
        assert_eq!(refused, ["all"]);
        give(&house, &token, Answer::NotOurs, &words).await.unwrap();
        let said = said_last(&house).await;
        assert_eq!(said.by.unwrap().as_str(), "other");
        assert_eq!(
            said.reported,
            Reported::Completed,
            "as the lead desk reported"
        );
    }
);

on_both_databases!(
    a_milestone_that_is_done_is_not_the_whole,
    async |database: TestDatabase| {
        let steps = "\n[[commitment.milestone]]\ntitle = \"Endorsed\"\ndeadline = \"20 June 2025\"\n\n[[commitment.milestone]]\ntitle = \"Adopted\"\ndeadline = \"December 2025\"\n";
        let record = format!(
            "{}{}",
            desk(),
            commitment("US37-01", &format!("kind = \"deliverable\"\n{steps}"))
        );
        let house = an_hour_after(database, &record).await;
        let token = token(&house, "us-desk@", "Done");
        give(&house, &token, Answer::Done, &form("")).await.unwrap();
        let update = said_last(&house).await;
        assert_eq!(update.reported, Reported::Ongoing);
        assert_eq!(update.text.as_deref(), Some("Endorsed: done."));
        assert!(update.ask.unwrap().contains("Endorsed"));
    }
);

on_both_databases!(
    whoever_is_locked_out_answers_nothing,
    async |database: TestDatabase| {
        use aide_memoire::domain::account::Account;
        use aide_memoire::domain::desk::EmailAddress;
        let house = an_hour_after(database, &one_deadline()).await;
        let token = token(&house, "us-desk@", "On track");
        let now = house.clock.business_now();
        let dara = "dara".parse().unwrap();
        let email = EmailAddress::parse("dara@mfa.example.org").unwrap();
        let mut account = Account::new(dara, &email, now);
        account.disabled_at = Some(now);
        let mut change = house.store.change().await.unwrap();
        change.enter_account(&account).await.unwrap();
        change.commit().await.unwrap();
        let refused = complaints(&house, &token, Answer::OnTrack, &form("")).await;
        assert_eq!(refused, ["by"]);
        let Some(Link::Open(question)) = link(&house, &token).await else {
            panic!("the desk itself is not locked out");
        };
        assert!(question.people().iter().all(|p| p.as_str() != "dara"));
    }
);
