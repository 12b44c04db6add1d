//! The search page, asked as a browser asks it.

use crate::support::pages::Pages;

/// A value as it stands in an address.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What stands on a list of what was found: references, and `Document` for paragraphs.
fn found(body: &str) -> Vec<String> {
    let marks = body.split("<a class=\"row\" href=\"").skip(1);
    let named = marks.map(|piece| {
        let (_, rest) = piece.split_once("<span class=\"ref\">").unwrap();
        rest.split_once("</span>").unwrap().0.to_owned()
    });
    named.collect()
}

#[tokio::test]
async fn every_page_leads_to_it_and_a_reference_finds_itself_first() {
    let pages = Pages::demo().await;
    let home = pages.get("/").await.body;
    let field =
        "<label class=\"unseen\" for=\"find\">Find on record</label><input id=\"find\" name=\"q\"";
    assert!(home.contains(field), "{home}");
    let blank = pages.get("/search").await;
    assert_eq!(blank.status, 200);
    assert!(
        blank.words().starts_with("What are you looking for?"),
        "{}",
        blank.words()
    );
    assert!(
        !blank.body.contains("id=\"find\""),
        "its own field is enough"
    );
    let one = pages.get("/search?q=us37-03").await;
    assert_eq!(found(&one.body)[0], "US37-03");
    let begun = pages.get("/search?q=US37-0").await;
    assert!(found(&begun.body).len() >= 8, "{}", begun.words());
}

#[tokio::test]
async fn what_is_found_says_where_with_the_words_marked() {
    let pages = Pages::demo().await;
    let grid = pages.get("/search?q=power+gri").await;
    assert!(
        grid.body.contains("<mark>Power</mark> <mark>Grid</mark>"),
        "{}",
        grid.body
    );
    let filtered = pages.get("/search?q=cyber&lead=cyber-desk").await;
    let references = found(&filtered.body);
    assert!(!references.is_empty() && !references.contains(&"Document".to_owned()));
    assert!(
        filtered.body.contains("/search?q=cyber\""),
        "the filter can be taken away"
    );
    let narrowed = pages.get("/search?q=power+grid&state=withdrawn").await;
    assert!(
        narrowed.words().contains("Ask for less"),
        "{}",
        narrowed.words()
    );
}

#[tokio::test]
async fn a_paragraph_is_found_on_the_page_of_its_meeting() {
    let text = "authority = \"unilateral\"\ntext = \"\"\"First.\n\nDone at Siem Reap.\"\"\"\n";
    let record = aide_memoire::record::FIRST_RECORD;
    let record = record.replacen("authority = \"unilateral\"\n", text, 1);
    let pages = Pages::serving(&record, |_| {}).await;
    let answer = pages.get("/search?q=%22at+siem%22+reap").await;
    assert_eq!(found(&answer.body), ["Document"]);
    assert!(
        answer.words().contains("Paragraph 2: Done at Siem Reap."),
        "{}",
        answer.words()
    );
    let (_, rest) = answer.body.split_once("href=\"/meetings/").unwrap();
    let (page, anchor) = rest.split_once('"').unwrap().0.split_once('#').unwrap();
    let meeting = pages.get(&format!("/meetings/{page}")).await;
    assert!(
        meeting.body.contains(&format!("id=\"{anchor}\"")),
        "{anchor}"
    );
    let title = pages.get("/search?q=%22outcomes+of+the+37th%22").await;
    assert_eq!(found(&title.body), ["Document"]);
}

#[tokio::test]
async fn pages_follow_each_other_and_bad_filters_are_told() {
    let pages = Pages::demo().await;
    let all = pages.get("/search?q=the").await;
    assert_eq!(found(&all.body).len(), 20);
    assert!(
        all.body.contains("/search?q=the&amp;page=2"),
        "{}",
        all.body
    );
    let next = pages.get("/search?q=the&page=2").await;
    let (first, second) = (found(&all.body), found(&next.body));
    assert!(!second.is_empty());
    let commitments = |some: &[String]| {
        let some = some.iter().filter(|r| *r != "Document");
        some.cloned().collect::<std::collections::BTreeSet<_>>()
    };
    assert!(commitments(&first).is_disjoint(&commitments(&second)));
    let far = pages.get("/search?q=the&page=900").await;
    assert_eq!((far.status.as_u16(), found(&far.body).len()), (200, 0));
    let odd = pages.get("/search?q=the&lead=nobody").await;
    assert_eq!(odd.status, 400);
    assert!(odd.words().contains("There is no desk “nobody” on record"));
}

#[tokio::test]
async fn nothing_one_types_is_wrong_and_nothing_is_shown_as_markup() {
    let pages = Pages::demo().await;
    let long = "grid ".repeat(2_000);
    for typed in [
        "\"",
        "*",
        "NOT (",
        "a:b^c",
        "<script>alert(1)</script>",
        "🙂",
        "'; DROP TABLE finding; --",
        "%",
        "\\",
        &long,
    ] {
        let answer = pages.get(&format!("/search?q={}", encoded(typed))).await;
        assert_eq!(answer.status, 200, "{typed}: {}", answer.words());
        assert!(!answer.body.contains("<script"), "{typed}");
    }
    let emoji = pages.get(&format!("/search?q={}", encoded("🙂"))).await;
    assert!(
        emoji.words().starts_with("There is no word in that"),
        "{}",
        emoji.words()
    );
    let slip = pages.get("/search?q=confernce+statment").await;
    assert!(
        slip.words().starts_with("Nothing on record says this."),
        "{}",
        slip.words()
    );
    let record = aide_memoire::record::FIRST_RECORD.replace(
        "ref = \"US37-03\"\ntitle = \"",
        "ref = \"US37-03\"\ntitle = \"<b>Zanzibar</b> & ",
    );
    let marked = Pages::serving(&record, |_| {}).await;
    let answer = marked.get("/search?q=zanzibar").await;
    assert!(
        answer
            .body
            .contains("&lt;b&gt;<mark>Zanzibar</mark>&lt;/b&gt; &amp; "),
        "{}",
        answer.body
    );
}

/// An update may be more confidential than what it is about, and a draft is its desk's alone.
#[tokio::test]
async fn an_update_is_found_by_whoever_may_read_it() {
    let record = aide_memoire::record::FIRST_RECORD;
    let (before, rest) = record.split_once("ref = \"US37-05\"").unwrap();
    let update = |state: &str, level: &str, text: &str| {
        format!(
            "[[commitment.update]]\ndate = \"2025-05-20\"\nby = \"officer-asean-us\"\nreported = \"ongoing\"\nstate = \"{state}\"\nconfidentiality = \"{level}\"\ntext = \"{text}\"\n\n"
        )
    };
    let place = rest.find("[[commitment]]").unwrap();
    let record = format!(
        "{before}ref = \"US37-05\"{}{}{}{}{}",
        &rest[..place],
        update("accepted", "internal", "Zanzibar told the house"),
        update("accepted", "restricted", "Timbuktu told nobody"),
        update("draft", "internal", "Samarkand is not told yet"),
        &rest[place..]
    );
    let pages = Pages::serving(&record, |_| {}).await;
    let lead = pages.store.book().await.unwrap();
    let lead = lead.commitment("US37-05").unwrap().lead.clone();
    let directory = pages.store.directory().await.unwrap();
    let officer = directory.desks[&lead].officers[0].to_string();
    let officer = pages.enter_person(&officer).await;
    let leader = pages.enter_person("som-leader").await;
    for (word, cookie, times) in [
        ("Zanzibar", &leader, 1),
        ("Zanzibar", &officer, 1),
        ("Timbuktu", &leader, 0),
        ("Timbuktu", &officer, 0),
        ("Samarkand", &leader, 0),
        ("Samarkand", &officer, 1),
    ] {
        let answer = pages
            .get_with(cookie, &format!("/search?q={word}+told"))
            .await;
        assert_eq!(
            found(&answer.body).len(),
            times,
            "{word}: {}",
            answer.words()
        );
        assert_eq!(
            answer.body.contains(&format!("<mark>{word}</mark>")),
            times == 1,
            "{word}"
        );
        // Where another word is said by the promise, what one may not read is not the passage shown.
        let other = pages.get_with(cookie, "/search?q=us37-05").await;
        assert!(!other.body.contains("Timbuktu"));
    }
}
