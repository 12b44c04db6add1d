//! What is restricted is not there for those it does not name: on no page, in no count, in no mail,
//! under no search.

use aide_memoire::domain::ledger::{NoticeFilter, Page};

use super::EVERY_PAGE;
use crate::support::pages::Pages;

const REFERENCE: &str = "PREP-04";
const TITLE: &str = "closed session";

fn tells(body: &str) -> bool {
    body.contains(REFERENCE) || body.contains(TITLE)
}

/// The pages one finds by searching for it, and those that are about it.
fn probes() -> Vec<String> {
    let mut probes: Vec<String> = EVERY_PAGE.iter().map(|p| (*p).to_owned()).collect();
    for search in [
        "/commitments?q=closed%20sess",
        "/search?q=closed%20sess",
        "/search?q=closed%20sesion",
        "/search?q=prep",
        "/search?q=prep-04",
        "/commitments?state=all&q=prep",
        "/commitments?lead=asean-us-desk",
        "/commitments?schedule=due-soon",
        "/desks/cyber-desk",
        "/meetings/prep-pmc-us-2025",
    ] {
        probes.push(search.to_owned());
    }
    probes
}

#[tokio::test]
async fn it_is_nowhere_for_those_it_does_not_name() {
    let pages = Pages::demo().await;
    pages.run_until("2025-06-24 02:00").await;
    // It was mailed meanwhile, so that there is something to hide.
    let snapshot = pages.store.read().await.unwrap();
    let everything = Page {
        offset: 0,
        limit: 10_000,
    };
    let notices = snapshot
        .notices(&NoticeFilter::default(), everything)
        .await
        .unwrap();
    let carries = |n: &&aide_memoire::domain::ledger::NoticeEntry| {
        n.items
            .iter()
            .any(|i| i.item.commitment.as_str() == REFERENCE)
    };
    assert!(
        notices.iter().any(|n| carries(&n)),
        "the story needs its mail"
    );
    let mut probes = probes();
    probes.extend(notices.iter().map(|n| format!("/mail/{}", n.id)));
    probes.extend(notices.iter().map(|n| format!("/mail/{}/body", n.id)));
    for path in &probes {
        for stranger in ["officer-cyber", "head-economic"] {
            let answer = pages.get_as(stranger, path).await;
            assert!(!tells(&answer.body), "{stranger} reads of it at {path}");
        }
    }
    let reader = pages
        .get_as("som-leader", "/commitments?q=closed%20session")
        .await;
    assert!(tells(&reader.body), "whom it names, reads it");
    let served = pages
        .get_as("head-americas", &format!("/commitments/{REFERENCE}"))
        .await;
    assert_eq!(served.status, 200);
}

#[tokio::test]
async fn mail_about_nothing_else_is_not_there_either() {
    let pages = Pages::demo().await;
    pages.run_until("2025-06-24 02:00").await;
    let snapshot = pages.store.read().await.unwrap();
    let everything = Page {
        offset: 0,
        limit: 10_000,
    };
    let all = NoticeFilter::default();
    let notices = snapshot.notices(&all, everything).await.unwrap();
    let secret = notices.iter().filter(|n| {
        let mut about = n.items.iter().map(|i| i.item.commitment.as_str());
        !n.items.is_empty() && about.all(|reference| reference == REFERENCE)
    });
    let secret: Vec<String> = secret.map(|n| format!("/mail/{}", n.id)).collect();
    assert!(!secret.is_empty(), "the story needs its mail");
    for path in secret {
        assert_eq!(pages.get_as("officer-cyber", &path).await.status, 404);
        assert_eq!(pages.get_as("som-leader", &path).await.status, 200);
        for list in ["/mail", "/mailbox", "/mail?recipient=asean-us-desk"] {
            let answer = pages.get_as("officer-cyber", list).await;
            assert!(!answer.body.contains(&path), "{list}");
        }
    }
}

#[tokio::test]
async fn asking_for_it_and_for_nothing_is_answered_alike() {
    let pages = Pages::demo().await;
    pages.run_until("2025-06-24 02:00").await;
    for (hidden, absent) in [
        ("/commitments/PREP-04", "/commitments/PREP-94"),
        ("/mail?reference=PREP-04", "/mail?reference=PREP-94"),
        ("/search?q=PREP-04", "/search?q=PREP-94"),
        ("/operator?reference=PREP-04", "/operator?reference=PREP-94"),
    ] {
        let hidden = pages.get_as("officer-cyber", hidden).await;
        let absent = pages.get_as("officer-cyber", absent).await;
        assert_eq!(hidden.status, absent.status);
        let alike = |body: &str| body.replace("PREP-94", "PREP-04");
        assert_eq!(alike(&hidden.body), alike(&absent.body));
    }
}

#[tokio::test]
async fn whoever_runs_the_installation_does_not_read_it_either() {
    let pages = Pages::serving(aide_memoire::record::FIRST_RECORD, |_| {}).await;
    pages.run_until("2025-06-24 02:00").await;
    for path in probes() {
        assert!(!tells(&pages.get(&path).await.body), "{path}");
    }
    let counted = pages.get("/commitments").await.words();
    assert!(counted.starts_with("25 open commitments."), "{counted}");
}

#[tokio::test]
async fn what_would_move_neither_shows_nor_counts_it() {
    let record = aide_memoire::record::FIRST_RECORD;
    let (before, after) = record.split_once("ref = \"PREP-04\"").unwrap();
    let after = after.replacen("by 20 June 2025", "at prep-pmc-us-2025", 1);
    let tied = format!("{before}ref = \"PREP-04\"{after}");
    let path = "/meetings/prep-pmc-us-2025?to=27+June+2025";
    let shown = async |record: &str| {
        let pages = Pages::serving(record, |_| {}).await;
        let answer = pages.get(path).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.words().contains("Nothing has been changed"));
        tells(&answer.body)
    };
    assert!(!shown(&tied).await);
    // The same, for everybody: it would be there.
    let open = after.replacen("confidentiality = \"restricted\"\n", "", 1);
    assert!(shown(&format!("{before}ref = \"PREP-04\"{open}")).await);
}

#[tokio::test]
async fn what_cannot_be_looked_at_is_told_in_the_form() {
    let pages = Pages::demo().await;
    for (path, words) in [
        ("/meetings/pmc-us-2025?to=soon", "is not a deadline"),
        ("/meetings/pmc-us-2025?to=&status=held", "still to come"),
        ("/commitments/US37-03?to=at+nowhere", "There is no meeting"),
        (
            "/commitments/US37-03?to=2026&of=Nothing",
            "has no milestone",
        ),
    ] {
        let answer = pages.get(path).await;
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.words().contains(words), "{path}: {}", answer.words());
    }
    let odd = pages.get("/meetings/pmc-us-2025?to=%3Cscript%3E").await;
    assert!(!odd.body.contains("<script"), "{}", odd.body);
}
