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

/// The references on the list of commitments, in order.
fn listed(body: &str) -> Vec<String> {
    let rows = body
        .split("<th scope=\"row\"><a href=\"/commitments/")
        .skip(1);
    let mut listed: Vec<String> = rows
        .map(|row| row.split_once('"').unwrap().0.to_owned())
        .collect();
    listed.sort();
    listed
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

/// A document of no meeting is found like any other, and has a page of its own.
#[tokio::test]
async fn a_document_of_no_meeting_is_found_and_read() {
    let record = format!(
        "{}\n[[document]]\nid = \"note-verbale\"\ntitle = \"A note from the embassy\"\nkind = \"note\"\n\
         text = \"\"\"First.\n\nThe embassy has the honour to ask after the grid of Côte d’Azur and co-\noperation on it.\"\"\"\n",
        aide_memoire::record::FIRST_RECORD
    );
    let pages = Pages::serving(&record, |_| {}).await;
    let answer = pages.get("/search?q=cote+honour").await;
    assert_eq!(found(&answer.body), ["Document"], "{}", answer.words());
    let address = "/documents/on-record/note-verbale#note-verbale-2";
    assert!(answer.body.contains(address), "{}", answer.body);
    // A word that a line of it broke is found, marked and read as one.
    for typed in ["cooperation", "co-operation"] {
        let answer = pages.get(&format!("/search?q=azur+{typed}")).await;
        let marked = "<mark>Azur</mark> and <mark>cooperation</mark> on it";
        assert!(answer.body.contains(marked), "{typed}: {}", answer.body);
    }
    let page = pages.get("/documents/on-record/note-verbale").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("id=\"note-verbale-2\""), "{}", page.body);
    assert!(page.words().contains("has the honour"), "{}", page.words());
    assert_eq!(pages.get("/documents/on-record/none").await.status, 404);
    // A filter that asks for a meeting is not met by what has none.
    let of_a_meeting = pages.get("/search?q=cote&meeting=pmc-us-2025").await;
    assert_eq!(found(&of_a_meeting.body), [""; 0]);
}

/// What later documents say again and what files are called is found with the commitment.
#[tokio::test]
async fn mentions_and_the_names_of_files_are_found() {
    let more = "\n[[commitment.mention]]\ndate = \"2025-05-20\"\ndocument = \"note-verbale\"\nwords = \"Sansibar was said again\"\neffect = \"repeats\"\n\
        \n[[commitment.update]]\ndate = \"2025-05-21\"\nby = \"officer-asean-us\"\nreported = \"ongoing\"\nstate = \"accepted\"\n\
        text = \"See the file\"\nevidence = [\"file:00000000-0000-4000-8000-000000000001/Tombouctou-minutes.pdf\", \"https://example.org/Oulan-Bator\"]\n\n";
    let record = aide_memoire::record::FIRST_RECORD;
    let (before, rest) = record.split_once("ref = \"US37-05\"").unwrap();
    let place = rest.find("[[commitment]]").unwrap();
    let record = format!(
        "{before}ref = \"US37-05\"{}{more}{}\n[[document]]\nid = \"note-verbale\"\ntitle = \"A note\"\nissued = \"2025-05-20\"\n",
        &rest[..place],
        &rest[place..]
    );
    let pages = Pages::serving(&record, |_| {}).await;
    for (typed, place) in [
        ("sansibar", "Said again in A note: <mark>Sansibar</mark>"),
        (
            "tombouctou+minu",
            "File with the update of 21 May 2025: <mark>Tombouctou</mark>-<mark>minutes</mark>.pdf",
        ),
    ] {
        let answer = pages.get(&format!("/search?q={typed}")).await;
        assert_eq!(found(&answer.body), ["US37-05"], "{typed}");
        assert!(answer.body.contains(place), "{typed}: {}", answer.body);
    }
    let address = pages.get("/search?q=oulan").await;
    assert_eq!(found(&address.body), [""; 0]);
}

/// Words mean the same above the list as they mean in the search.
#[tokio::test]
async fn the_list_finds_what_the_search_finds() {
    let record = aide_memoire::record::FIRST_RECORD.replace(
        "ref = \"US37-03\"\ntitle = \"",
        "ref = \"US37-03\"\ntitle = \"ASEAN-U.S. Côte d’Ivoire, Đà Nẵng: ",
    );
    let pages = Pages::serving(&record, |_| {}).await;
    for typed in [
        "cote+d%27ivoire",
        "asean+us",
        "asean-us",
        "da+nang",
        "%22single+window%22",
        "scams+online",
        "onl",
        "session",
        "prep-08",
        "US37-0",
        "nothing+of+the+kind",
    ] {
        let search = pages.get(&format!("/search?q={typed}&state=all")).await;
        let list = pages
            .get(&format!("/commitments?q={typed}&state=all"))
            .await;
        assert_eq!(list.status, 200);
        let mut sought = found(&search.body);
        sought.retain(|reference| reference != "Document");
        sought.sort();
        assert_eq!(listed(&list.body), sought, "{typed}");
        let told: serde_json::Value = serde_json::from_str(
            &pages
                .get(&format!("/api/v1/commitments?q={typed}&state=all"))
                .await
                .body,
        )
        .unwrap();
        assert_eq!(told["total"].as_u64(), Some(sought.len() as u64), "{typed}");
    }
    let cote = pages.get("/commitments?q=cote+nang").await;
    assert_eq!(listed(&cote.body), ["US37-03"]);
    let nothing = pages.get("/commitments?q=***").await;
    assert_eq!(nothing.status, 400);
    assert!(
        nothing.words().contains("There is no word in"),
        "{}",
        nothing.words()
    );
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
