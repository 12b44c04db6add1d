//! The rooms people work in, asked as a browser asks them: an officer answers, a reviewer returns and
//! accepts, and what cannot be done comes back beside its field with everything that was typed.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use crate::support::pages::{Answer, Pages};

/// Sends a form as somebody, as a browser does from our own page.
pub async fn post_as(pages: &Pages, reader: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        form.append_pair(name, value);
    }
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("cookie", format!("look-as={reader}"))
        .body(Body::from(form.finish()));
    pages.ask(request.unwrap()).await
}

/// What a hidden field of a page holds.
pub fn hidden(page: &Answer, name: &str) -> String {
    let field = format!("name=\"{name}\" value=\"");
    let (_, rest) = page
        .body
        .split_once(&field)
        .unwrap_or_else(|| panic!("no field {name}"));
    rest.split_once('"').unwrap().0.to_owned()
}

const OFFICER: &str = "officer-asean-us";
const HEAD: &str = "head-americas";

/// The told-once words on the page a form led to.
async fn told(pages: &Pages, reader: &str, answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
    let cookie = answer
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let request = Request::get(answer.header("location"))
        .header("cookie", format!("look-as={reader}; {cookie}"))
        .body(Body::empty());
    let page = pages.ask(request.unwrap()).await;
    assert_eq!(page.status, StatusCode::OK);
    let (_, rest) = page
        .body
        .split_once("role=\"status\">")
        .expect("something is told");
    rest.split_once('<').unwrap().0.trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_answers_and_a_reviewer_returns_and_accepts() {
    let pages = Pages::demo().await;
    let desk = pages.get_as(OFFICER, "/my-desk").await;
    assert_eq!(desk.status, StatusCode::OK);
    let words = desk.words();
    assert!(words.contains("an answer"), "{words}");
    assert!(words.contains("PREP-01"), "{words}");
    let seen = hidden(&desk, "seen@PREP-01");

    let fields = [
        ("seen@PREP-01", seen.as_str()),
        ("reported@PREP-01", "ongoing"),
        ("confidence@PREP-01", "green"),
        ("text@PREP-01", "Circulated <on Friday>."),
        ("evidence@PREP-01", "https://example.org/draft"),
        ("next@PREP-01", "Collect the comments"),
        ("do", "send@PREP-01"),
    ];
    let sent = post_as(&pages, OFFICER, "/my-desk", &fields).await;
    assert_eq!(sent.header("location"), "/my-desk");
    let words = told(&pages, OFFICER, &sent).await;
    assert_eq!(
        words,
        "Your update of PREP-01 is on record and awaits review."
    );
    let page = pages.get_as(HEAD, "/commitments/PREP-01").await;
    assert!(page.body.contains("Circulated &lt;on Friday&gt;."));
    assert!(page.words().contains("Next: Collect the comments"));

    let queue = pages.get_as(HEAD, "/reviews?at=PREP-01").await;
    assert!(queue.words().contains("Circulated"), "{}", queue.words());
    let seen = hidden(&queue, "seen");
    let decide = async |fields: &[(&str, &str)]| {
        let mut all = vec![("back", "/reviews"), ("seen", seen.as_str())];
        all.extend(fields);
        post_as(&pages, HEAD, "/commitments/PREP-01/review", &all).await
    };
    let unsaid = decide(&[("do", "return"), ("verified", "limited")]).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unsaid.words().contains("Say in a line what is missing"));
    assert!(
        unsaid.body.contains("value=\"limited\" selected"),
        "what was typed is kept"
    );
    let returned = decide(&[("do", "return"), ("words", "Which draft?")]).await;
    assert!(
        told(&pages, HEAD, &returned)
            .await
            .contains("went back to the desk")
    );
    let desk = pages.get_as(OFFICER, "/my-desk").await;
    assert!(
        desk.words().contains("Returned: Which draft?"),
        "{}",
        desk.words()
    );

    // The head's page was drawn before: a second decision finds that it was decided.
    let again = decide(&[("do", "accept"), ("words", "Fine")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_comes_back_with_everything_typed() {
    let pages = Pages::demo().await;
    let desk = pages.get_as(OFFICER, "/my-desk").await;
    let seen = hidden(&desk, "seen@PREP-01");
    let fields = [
        ("seen@PREP-01", seen.as_str()),
        ("reported@PREP-01", "discontinued"),
        ("evidence@PREP-01", "on my desk"),
        ("next@PREP-01", "Ask <them>"),
        ("extension@PREP-01", "someday"),
        ("do", "send@PREP-01"),
    ];
    let back = post_as(&pages, OFFICER, "/my-desk", &fields).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("value=\"Ask &lt;them&gt;\""));
    assert!(back.body.contains("value=\"someday\""));
    assert!(
        back.body
            .contains("aria-describedby=\"extension-PREP-01-wrong\""),
        "{}",
        back.words()
    );
    let mended: Vec<_> = fields
        .into_iter()
        .filter(|(name, _)| *name != "extension@PREP-01")
        .collect();
    let back = post_as(&pages, OFFICER, "/my-desk", &mended).await;
    let words = back.words();
    assert!(
        words.contains("is not a web address") && words.contains("why it is discontinued"),
        "{words}"
    );
    let before = pages.store.book().await.unwrap();
    let mut on_its_page = fields.to_vec();
    on_its_page.push(("back", "/commitments/PREP-01"));
    let path = "/commitments/PREP-01/update";
    let page = post_as(&pages, OFFICER, path, &on_its_page).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("value=\"someday\"") && page.words().contains("The promise"));
    assert_eq!(
        pages.store.book().await.unwrap(),
        before,
        "nothing was changed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn several_at_once_and_nothing_typed_is_lost() {
    let pages = Pages::demo().await;
    let desk = pages.get_as(OFFICER, "/my-desk").await;
    let references: Vec<&str> = desk
        .body
        .split("name=\"seen@")
        .skip(1)
        .map(|s| s.split_once('"').unwrap().0)
        .collect();
    assert!(references.len() >= 2, "{references:?}");
    let (a, b) = (references[0], references[1]);
    let named = |field: &str, reference: &str| format!("{field}@{reference}");
    let fields = async |button: &str, text: &str| {
        let page = pages.get_as(OFFICER, "/my-desk").await;
        let mut fields = Vec::new();
        for reference in [a, b] {
            fields.push((
                named("seen", reference),
                hidden(&page, &named("seen", reference)),
            ));
            fields.push((named("reported", reference), "ongoing".to_owned()));
            fields.push((named("text", reference), format!("{text} {reference}")));
        }
        fields.push(("do".to_owned(), button.to_owned()));
        fields
    };
    let post = async |fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        post_as(&pages, OFFICER, "/my-desk", &fields).await
    };
    // One is sent: what was typed into the other is a draft.
    let one = post(fields(&format!("send@{a}"), "First of").await).await;
    let words = told(&pages, OFFICER, &one).await;
    assert_eq!(words, "One update is on record. One draft is kept.");
    let desk = pages.get_as(OFFICER, "/my-desk").await;
    assert!(
        desk.body.contains(&format!("First of {b}")),
        "{}",
        desk.words()
    );
    // Whoever opens the other's page sees no draft.
    let head = pages.get_as(HEAD, &format!("/commitments/{b}")).await;
    assert!(!head.body.contains("First of"));
    // All that were filled in are sent.
    let mut all = fields("send", "Second of").await;
    all.retain(|(name, _)| name == "do" || name.ends_with(b));
    let all = post(all).await;
    assert!(told(&pages, OFFICER, &all).await.contains("is on record"));
    let book = pages.store.book().await.unwrap();
    let last = book.commitment(b).unwrap().updates.last().unwrap();
    assert_eq!(last.text.as_deref(), Some(&*format!("Second of {b}")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_was_overtaken_says_so_and_loses_nothing() {
    let pages = Pages::demo().await;
    let seen = hidden(&pages.get_as(OFFICER, "/my-desk").await, "seen@PREP-01");
    let fields = |text: &'static str| {
        let seen = seen.clone();
        async move {
            let fields = [
                ("seen@PREP-01", seen.as_str()),
                ("reported@PREP-01", "ongoing"),
                ("text@PREP-01", text),
                ("do", "send@PREP-01"),
            ];
            fields.map(|(n, v)| (n.to_owned(), v.to_owned()))
        }
    };
    let send = async |who: &str, fields: [(String, String); 4]| {
        let fields: Vec<_> = fields
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        post_as(&pages, who, "/my-desk", &fields).await
    };
    let first = send(OFFICER, fields("The first").await).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let second = send(HEAD, fields("The second").await).await;
    assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
    let words = second.words();
    assert!(
        words.contains("Somebody entered something") && words.contains("The second"),
        "{words}"
    );
    let seen = hidden(&second, "seen@PREP-01");
    let mut again = fields("The second").await;
    again[0].1 = seen;
    assert_eq!(send(HEAD, again).await.status, StatusCode::SEE_OTHER);
    let book = pages.store.book().await.unwrap();
    let texts = book.commitment("PREP-01").unwrap().updates.iter();
    let texts: Vec<_> = texts.filter_map(|u| u.text.as_deref()).collect();
    assert!(texts.contains(&"The first") && texts.contains(&"The second"));
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_are_there_for_whoever_may_use_them() {
    let pages = Pages::demo().await;
    let forms = async |who: &str, path: &str| {
        let body = pages.get_as(who, path).await.body;
        ["/update\"", "/review\"", "/raised\""].map(|action| body.contains(action))
    };
    assert_eq!(
        forms(OFFICER, "/commitments/PREP-01").await,
        [true, false, false]
    );
    assert_eq!(
        forms("officer-cyber", "/commitments/PREP-01").await,
        [false, false, false]
    );
    assert_eq!(
        forms("som-leader", "/commitments/PREP-01").await,
        [true, true, false]
    );
    for (path, fields) in [
        (
            "/my-desk",
            vec![
                ("seen@PREP-01", ""),
                ("reported@PREP-01", "ongoing"),
                ("text@PREP-01", "x"),
                ("do", "send@PREP-01"),
            ],
        ),
        (
            "/commitments/PREP-01/review",
            vec![("do", "close"), ("reason", "x")],
        ),
    ] {
        let refused = post_as(&pages, "officer-cyber", path, &fields).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        let elsewhere = pages.post_from("cross-site", path, "do=x").await;
        assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "{path}");
    }
    let nobody = post_as(
        &pages,
        OFFICER,
        "/commitments/NOPE/review",
        &[("do", "close")],
    )
    .await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_som_leader_closes_and_grants() {
    let pages = Pages::demo().await;
    let queue = pages.get_as("som-leader", "/reviews").await;
    assert_eq!(queue.status, StatusCode::OK);
    assert!(
        queue.words().contains("for your decision"),
        "{}",
        queue.words()
    );
    let close = [
        ("do", "close"),
        ("reason", "Signed on Friday."),
        ("back", "/commitments/PREP-01"),
    ];
    let closed = post_as(&pages, "som-leader", "/commitments/PREP-01/review", &close).await;
    assert_eq!(
        told(&pages, "som-leader", &closed).await,
        "PREP-01 is closed."
    );
    let page = pages.get_as("som-leader", "/commitments/PREP-01").await;
    assert!(
        page.words().contains("Signed on Friday."),
        "{}",
        page.words()
    );
}

/// A form with files, as a browser sends it.
async fn post_parts(
    pages: &Pages,
    reader: &str,
    path: &str,
    fields: &[(&str, &str)],
    file: (&str, &str, &[u8]),
) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part =
            format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let (field, name, content) = file;
    let part = format!(
        "--line\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: text/html\r\n\r\n"
    );
    body.extend_from_slice(part.as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--line--\r\n");
    let request = Request::post(path)
        .header("content-type", "multipart/form-data; boundary=line")
        .header("sec-fetch-site", "same-origin")
        .header("cookie", format!("look-as={reader}"))
        .body(Body::from(body));
    pages.ask(request.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_is_a_file_for_whoever_may_read_the_update() {
    let pages = Pages::demo().await;
    let seen = hidden(&pages.get_as(OFFICER, "/my-desk").await, "seen@PREP-01");
    let fields = [
        ("seen@PREP-01", seen.as_str()),
        ("reported@PREP-01", "ongoing"),
        ("text@PREP-01", "See the minutes."),
        ("do", "draft@PREP-01"),
    ];
    let page = b"<html><script>alert(1)</script>".as_slice();
    let refused = post_parts(
        &pages,
        OFFICER,
        "/my-desk",
        &fields,
        ("file@PREP-01", "a.pdf", page),
    )
    .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.words().contains("This kind of file is not kept"),
        "{}",
        refused.words()
    );
    let large = vec![b'a'; 10_000_001];
    let large = post_parts(
        &pages,
        OFFICER,
        "/my-desk",
        &fields,
        ("file@PREP-01", "a.txt", &large),
    )
    .await;
    assert!(
        large.words().contains("larger than 10 MB"),
        "{}",
        large.words()
    );
    assert!(large.words().contains("See the minutes."));

    let pdf = b"%PDF-1.7 the minutes".as_slice();
    let file = ("file@PREP-01", "Minutes of the meeting.html", pdf);
    let kept = post_parts(&pages, OFFICER, "/my-desk", &fields, file).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.words());
    let own = pages.get_as(OFFICER, "/commitments/PREP-01").await;
    let (_, rest) = own
        .body
        .split_once("href=\"/commitments/PREP-01/evidence/")
        .unwrap();
    let path = format!(
        "/commitments/PREP-01/evidence/{}",
        rest.split_once('"').unwrap().0
    );
    let served = pages.get_as(OFFICER, &path).await;
    assert_eq!(served.status, StatusCode::OK);
    assert_eq!(served.body.as_bytes(), pdf);
    assert_eq!(served.header("content-type"), "application/pdf");
    assert_eq!(served.header("x-content-type-options"), "nosniff");
    assert!(served.header("content-security-policy").contains("sandbox"));
    let disposition = served.header("content-disposition");
    assert_eq!(
        disposition,
        "attachment; filename*=UTF-8''Minutes-of-the-meeting.pdf"
    );
    // The draft is not for the head, and neither is its file.
    let nowhere = pages
        .get_as(HEAD, "/commitments/PREP-01/evidence/nothing")
        .await;
    let hidden_file = pages.get_as(HEAD, &path).await;
    assert_eq!(hidden_file.status, StatusCode::NOT_FOUND);
    assert_eq!(
        hidden_file.body,
        nowhere
            .body
            .replace("/nothing", &path["/commitments/PREP-01/evidence".len()..])
    );
    let other = path.replace("PREP-01", "PREP-02");
    assert_eq!(
        pages.get_as(OFFICER, &other).await.status,
        StatusCode::NOT_FOUND
    );

    // Sent, it is there for everybody who reads the update.
    let desk = pages.get_as(OFFICER, "/my-desk").await;
    let (seen, file) = (hidden(&desk, "seen@PREP-01"), hidden(&desk, "kept@PREP-01"));
    let fields = [
        ("seen@PREP-01", seen.as_str()),
        ("reported@PREP-01", "ongoing"),
        ("text@PREP-01", "See the minutes."),
        ("kept@PREP-01", file.as_str()),
        ("do", "send@PREP-01"),
    ];
    let sent = post_as(&pages, OFFICER, "/my-desk", &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.words());
    assert_eq!(pages.get_as(HEAD, &path).await.body.as_bytes(), pdf);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_of_a_meeting_is_entered_on_one_page() {
    let pages = Pages::demo().await;
    let path = "/meetings/pmc-us-2025/after";
    let early = pages.get_as("som-leader", path).await;
    assert!(early.words().contains("still to come"), "{}", early.words());
    pages.run_until("2025-07-11 03:00").await;
    let meeting = pages.get_as("som-leader", "/meetings/pmc-us-2025").await;
    assert!(meeting.body.contains(path));
    let officers = pages.get_as(OFFICER, path).await;
    assert!(
        !officers.body.contains("name=\"outcome@"),
        "{}",
        officers.words()
    );
    let page = pages.get_as("som-leader", path).await;
    let words = page.words();
    assert!(
        words.contains("US37-03") && words.contains("Endorsed"),
        "{words}"
    );
    let place = page
        .body
        .split("name=\"what@")
        .skip(1)
        .find(|s| s.contains("value=\"US37-03|Endorsed\""));
    let place = place.unwrap().split_once('"').unwrap().0.to_owned();
    let named = |field: &str| format!("{field}@{place}");
    let seen = hidden(&page, &named("seen"));
    let (what, outcome, seen_name, to) =
        (named("what"), named("outcome"), named("seen"), named("to"));
    let (earlier, reason) = (named("earlier"), named("reason"));
    let moved = [
        (what.as_str(), "US37-03|Endorsed"),
        (seen_name.as_str(), seen.as_str()),
        (outcome.as_str(), "moved"),
        (to.as_str(), "some day"),
        (reason.as_str(), "Not yet"),
    ];
    let back = post_as(&pages, "som-leader", path, &moved).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("value=\"some day\"") && back.body.contains("value=\"Not yet\""));
    let met = [
        (what.as_str(), "US37-03|Endorsed"),
        (seen_name.as_str(), seen.as_str()),
        (outcome.as_str(), "met"),
        (earlier.as_str(), "Concluded"),
        ("held", "yes"),
    ];
    let entered = post_as(&pages, "som-leader", path, &met).await;
    let words = told(&pages, "som-leader", &entered).await;
    assert_eq!(words, "One outcome is on record, as you marked it.");
    let book = pages.store.book().await.unwrap();
    let done = book
        .commitment("US37-03")
        .unwrap()
        .milestones
        .iter()
        .filter(|m| m.done.is_some());
    assert_eq!(done.count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_new_is_counted_from_when_the_reader_said_so() {
    let pages = Pages::demo().await;
    let before = pages.get_as("som-leader", "/").await;
    assert!(
        before.words().contains("Since Monday 26 May"),
        "{}",
        before.words()
    );
    let again = pages.get_as("som-leader", "/").await;
    assert!(
        again.words().contains("Since Monday 26 May"),
        "looking writes nothing"
    );
    let seen = post_as(&pages, "som-leader", "/seen", &[]).await;
    assert_eq!(
        told(&pages, "som-leader", &seen).await,
        "What is new is counted from now on."
    );
    let after = pages.get_as("som-leader", "/").await;
    assert!(
        after.words().contains("Since you looked on Monday 2 June"),
        "{}",
        after.words()
    );
    let officers = pages.get_as(OFFICER, "/").await;
    assert!(!officers.body.contains("/seen"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_raised_on_its_page() {
    let pages = Pages::demo().await;
    let book = pages.store.book().await.unwrap();
    let request = book
        .open()
        .find(|c| c.kind == aide_memoire::domain::commitment::Kind::Request)
        .unwrap();
    let page = format!("/commitments/{}", request.reference);
    let path = format!("{page}/raised");
    let shown = pages.get_as("som-leader", &page).await;
    assert!(shown.body.contains(&path), "{}", shown.words());
    let early = post_as(
        &pages,
        "som-leader",
        &path,
        &[("date", "2025-06-03"), ("reply", "Soon")],
    )
    .await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(early.words().contains("still to come") && early.body.contains("Soon"));
    let fields = [("date", "2025-06-02"), ("meeting", ""), ("reply", "")];
    let raised = post_as(&pages, "som-leader", &path, &fields).await;
    assert_eq!(raised.status, StatusCode::SEE_OTHER, "{}", raised.words());
    let book = pages.store.book().await.unwrap();
    let after = book.commitment(request.reference.as_str()).unwrap();
    assert_eq!(after.raised.len(), request.raised.len() + 1);
}
