//! Templates of an administrator: tried on every kind of letter at start, refused with the place of
//! the mistake, and never the reason that a reminder is lost.

use std::path::Path;

use aide_memoire::config::{Config, Sources};
use aide_memoire::delivery::letter::test_letter;
use aide_memoire::delivery::message::of_letter;
use aide_memoire::delivery::render;
use aide_memoire::delivery::stationery::Stationery;
use mail_parser::MessageParser;

use super::letters::settings;
use super::messages::headers;

fn stationery(folder: &Path) -> Result<Stationery, String> {
    let environment = vec![(
        "AIDE_MEMOIRE__MAIL__TEMPLATES".to_owned(),
        folder.to_str().unwrap().to_owned(),
    )];
    let config = Config::load(&Sources {
        environment,
        ..Sources::default()
    })
    .unwrap();
    Stationery::from_config(&config).map_err(|e| e.to_string())
}

/// The complaint about a folder with these files.
fn complaint(files: &[(&str, &str)]) -> String {
    let folder = with(files);
    stationery(folder.path()).expect_err("it is refused")
}

fn with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, source) in files {
        std::fs::write(folder.path().join(name), source).unwrap();
    }
    folder
}

const HOUSE_WITH_A_LINE: &str = "{% extends \"house/letter.html\" %}\n\
     {% block head %}<p>{% include \"ministry.html\" %}</p>{% endblock %}\n";

#[test]
fn a_folder_may_replace_one_part_or_add_to_it() {
    let folder = with(&[
        ("letter.html", HOUSE_WITH_A_LINE),
        ("ministry.html", "Ministry of Foreign Affairs & Cooperation"),
        ("notes.md", "{{ not_a_template }"),
    ]);
    let stationery = stationery(folder.path()).unwrap();
    let letter = test_letter(&settings());
    let bytes = of_letter(&letter, &headers("desk@mfa.example.org"), &stationery).unwrap();
    let message = MessageParser::default().parse(&bytes).unwrap();
    let html = message.body_html(0).unwrap();
    assert!(html.contains("Ministry of Foreign Affairs"), "{html}");
    assert!(html.contains("This is a test."), "{html}");
    // The other part is ours.
    let text = message.body_text(0).unwrap().replace("\r\n", "\n");
    assert_eq!(text, render::text(&letter));
}

#[test]
fn a_mistake_is_refused_with_its_file_and_line() {
    let missing = complaint(&[(
        "letter.txt",
        "{% extends \"house/letter.txt\" %}\n\n{% block foot %}\n{{ ministry }}\n{% endblock %}",
    )]);
    assert!(missing.contains("letter.txt:4"), "{missing}");
    assert!(missing.contains("undefined"), "{missing}");
    assert!(missing.contains("docs/templates.md"), "{missing}");
    let broken = complaint(&[("letter.html", "line one\n{% for x in %}")]);
    assert!(broken.contains("letter.html:2"), "{broken}");
    // In a file that is included, it is that file's line.
    let included = complaint(&[
        ("letter.html", HOUSE_WITH_A_LINE),
        ("ministry.html", "\n\n{{ subject|nonsense }}"),
    ]);
    assert!(included.contains("ministry.html:3"), "{included}");
}

#[test]
fn what_every_letter_must_say_cannot_be_left_out() {
    let bare = complaint(&[("letter.txt", "{{ subject }}\n")]);
    assert!(
        bare.contains("the link to a commitment is missing"),
        "{bare}"
    );
    let house = "{% extends \"house/letter.html\" %}{% block foot %}";
    let unescaped = complaint(&[(
        "letter.html",
        &format!(
            "{house}{{% for b in blocks %}}{{{{ b.ask|safe }}}}{{% endfor %}}{{% endblock %}}"
        ),
    )]);
    assert!(unescaped.contains("`safe`"), "{unescaped}");
    let remote = complaint(&[(
        "letter.html",
        &format!("{house}<img src=\"https://mfa.example.org/seal.png\">{{% endblock %}}"),
    )]);
    assert!(remote.contains("fetches nothing"), "{remote}");
}

#[test]
fn nothing_is_included_from_outside_the_folder() {
    let above = complaint(&[(
        "letter.txt",
        "{% include \"../../../../etc/passwd\" %}{% include \"house/letter.txt\" %}",
    )]);
    assert!(above.contains("letter.txt:1"), "{above}");
    #[cfg(unix)]
    {
        let secret = with(&[("secret.txt", "the word")]);
        let folder = with(&[("letter.txt", "{% include \"secret.txt\" %}")]);
        let target = secret.path().join("secret.txt");
        std::os::unix::fs::symlink(target, folder.path().join("secret.txt")).unwrap();
        let out = stationery(folder.path()).unwrap_err();
        assert!(out.contains("leads out of the folder"), "{out}");
    }
}

#[test]
fn a_folder_without_a_letter_is_no_override() {
    let nothing = complaint(&[("notes.md", "")]);
    assert!(
        nothing.contains("neither letter.html nor letter.txt"),
        "{nothing}"
    );
    let absent = stationery(Path::new("/nowhere/at/all")).unwrap_err();
    assert!(absent.contains("cannot be read"), "{absent}");
}

#[test]
fn a_template_that_fails_on_one_letter_does_not_lose_it() {
    // Fit for every sample, and not for what no sample is called.
    let folder = with(&[(
        "letter.txt",
        "{% if subject == \"Test from Elsewhere\" %}{{ subject.nothing.of_this }}{% endif %}{% include \"house/letter.txt\" %}",
    )]);
    let stationery = stationery(folder.path()).unwrap();
    let mut letter = test_letter(&settings());
    letter.subject = "Test from Elsewhere".to_owned();
    assert_eq!(stationery.text(&letter), render::text(&letter));
}
