//! Links in letters: the delivery engine sends them, to their owner or nowhere.

use aide_memoire::acts::Actor;
use aide_memoire::acts::accounts::inviting::By;
use aide_memoire::domain::notice::MailMode;
use aide_memoire::doors::word::Word;
use chrono::TimeDelta;
use mail_parser::MessageParser;

use super::{OTHER, PASSWORD, Porch, caller, invitation};
use crate::stories::{DESK, outsides};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;
use crate::support::smtp::{Fault, Script, Step};

/// A keeper over a house with a relay. The letters go by the house's clock, and so does the keeper.
async fn porch(house: &House) -> Porch {
    let mut porch = Porch::of(TestDatabase::sqlite().await);
    porch.keeper.store = house.store.clone();
    porch.keeper.clock = house.clock.clone();
    porch.clock = house.clock.clone();
    let word = porch.keeper.draw_first_link().await.unwrap().unwrap();
    let first = super::introduction();
    porch
        .keeper
        .make_first_administrator(&word, &first)
        .await
        .unwrap();
    porch
}

/// The word of the link in the last letter the relay took.
fn word_in_the_last(house: &House) -> Word {
    let taken = house.relay.log();
    let letter = MessageParser::default()
        .parse(&taken.last().unwrap().content)
        .unwrap();
    let text = letter.body_text(0).unwrap().into_owned();
    let html = letter.body_html(0).unwrap().into_owned();
    let (_, rest) = text
        .split_once("https://aide-memoire.example.org/link/")
        .unwrap();
    let word = rest.split_whitespace().next().unwrap();
    assert!(html.contains(&format!("/link/{word}\"")), "{html}");
    Word::brought(word).unwrap()
}

on_both_databases!(
    an_invitation_and_a_way_back_arrive_and_open,
    async |database: TestDatabase| {
        let house = House::open(database, DESK, "2025-06-02 02:00").await;
        let porch = porch(&house).await;
        let invited = porch
            .keeper
            .invite(
                &Actor::Operator,
                &invitation("else@mfa.example.org"),
                By::Mail,
            )
            .await
            .unwrap();
        assert_eq!(invited.word, None, "nobody else sees it");
        house.activate().await;
        let letters = outsides(&house);
        assert_eq!(
            letters,
            [(
                "else@mfa.example.org".to_owned(),
                "Your account with Aide-mémoire".to_owned()
            )]
        );
        let word = word_in_the_last(&house);
        porch.keeper.set_password_by(&word, PASSWORD).await.unwrap();
        porch.enter("else@mfa.example.org").await;

        for email in ["else@mfa.example.org", "nobody@mfa.example.org"] {
            porch
                .keeper
                .ask_for_recovery(email, &caller("192.0.2.1"))
                .await
                .unwrap();
        }
        house.activate().await;
        house.activate().await;
        assert_eq!(house.relay.taken(), 2, "once, and to nobody else");
        let word = word_in_the_last(&house);
        porch.keeper.set_password_by(&word, OTHER).await.unwrap();
        assert!(
            porch
                .sign_in("else@mfa.example.org", PASSWORD)
                .await
                .is_err()
        );
        let kept = "SELECT count(*) FROM message";
        assert_eq!(
            house.database.count(kept).await,
            0,
            "no page shows such a letter"
        );
    }
);

on_both_databases!(
    a_relay_that_is_busy_is_asked_again_and_one_that_refuses_is_not,
    async |database: TestDatabase| {
        let relay = Script::default()
            .nth(1, Step::Rcpt, Fault::reply("451 4.3.0 busy"))
            .for_recipient(
                "refused@mfa.example.org",
                Step::Rcpt,
                Fault::reply("550 5.1.1 nobody here"),
            );
        let house = House::open_beside(database, relay, DESK, "2025-06-02 02:00").await;
        let porch = porch(&house).await;
        let invite = async |email: &str| {
            let invitation = invitation(email);
            porch
                .keeper
                .invite(&Actor::Operator, &invitation, By::Mail)
                .await
                .unwrap();
        };
        invite("else@mfa.example.org").await;
        house.activate().await;
        assert_eq!(house.relay.taken(), 0);
        house.activate().await;
        assert_eq!(house.relay.taken(), 0, "not before its time");
        house.clock.wait(TimeDelta::minutes(1));
        house.activate().await;
        assert_eq!(house.relay.taken(), 1);

        invite("refused@mfa.example.org").await;
        for _ in 0..3 {
            house.clock.wait(TimeDelta::minutes(30));
            house.activate().await;
        }
        assert_eq!(house.relay.taken(), 1);
        let given_up = "SELECT count(*) FROM access_link WHERE mail = 'given-up'";
        assert_eq!(house.database.count(given_up).await, 1);
    }
);

on_both_databases!(
    held_or_redirected_such_a_letter_goes_to_nobody,
    async |database: TestDatabase| {
        let mut house = House::open(database, DESK, "2025-06-02 02:00").await;
        let porch = porch(&house).await;
        porch
            .keeper
            .ask_for_recovery("chan@mfa.example.org", &caller("192.0.2.1"))
            .await
            .unwrap();
        for mode in [MailMode::Hold, MailMode::Redirect] {
            house.restart(|config| {
                config.mail.mode = mode;
                config.mail.redirect_to = "test@mfa.example.org".into();
            });
            house.activate().await;
            assert_eq!(house.relay.taken(), 0, "{mode}");
        }
        house.clock.wait(TimeDelta::hours(1));
        house.restart(|config| config.mail.mode = MailMode::Live);
        house.activate().await;
        assert_eq!(house.relay.taken(), 0, "too old by now");
    }
);

on_both_databases!(
    several_daemons_send_one_letter,
    async |database: TestDatabase| {
        let house = House::open(database, DESK, "2025-06-02 02:00").await;
        let porch = porch(&house).await;
        for n in 0..3 {
            let invitation = invitation(&format!("else-{n}@mfa.example.org"));
            porch
                .keeper
                .invite(&Actor::Operator, &invitation, By::Mail)
                .await
                .unwrap();
        }
        let mut daemons = tokio::task::JoinSet::new();
        for _ in 0..3 {
            let engine = house.restarted().await;
            daemons.spawn(async move {
                let stopping = aide_memoire::jobs::Stopping::new();
                engine.activate(&stopping).await.unwrap();
            });
        }
        daemons.join_all().await;
        house.activate().await;
        let mut to: Vec<String> = outsides(&house).into_iter().map(|(to, _)| to).collect();
        to.sort();
        let expected: Vec<String> = (0..3)
            .map(|n| format!("else-{n}@mfa.example.org"))
            .collect();
        assert_eq!(to, expected);
    }
);
