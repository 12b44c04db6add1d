//! The DKIM signature, verified by an implementation of RFC 6376 that shares nothing with the one
//! that signs: canonicalisation written here, RSA by ring. The key is this test's own.

use std::path::PathBuf;

use aide_memoire::config::{Config, Sources};
use aide_memoire::delivery::letter::{Letter, test_letter};
use aide_memoire::delivery::message::of_letter;
use aide_memoire::delivery::stationery::Stationery;
use aide_memoire::planner::rehearse::rehearse;
use mail_parser::decoders::base64::base64_decode;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use sha2::{Digest, Sha256};

use super::letters::settings;
use super::messages::headers;
use crate::support::world::{World, day};

fn key_file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/delivery/keys/dkim.pem")
}

fn config(dkim: &[(&str, &str)]) -> Config {
    let mut environment = vec![(
        "AIDE_MEMOIRE__MAIL__FROM".to_owned(),
        "Aide-mémoire <aide-memoire@mfa.example.org>".to_owned(),
    )];
    environment.extend(
        dkim.iter()
            .map(|(k, v)| (format!("AIDE_MEMOIRE__MAIL__DKIM__{k}"), (*v).to_owned())),
    );
    Config::load(&Sources {
        environment,
        ..Sources::default()
    })
    .unwrap()
}

fn signing() -> Stationery {
    let key = key_file();
    let config = config(&[
        ("DOMAIN", "mfa.example.org"),
        ("SELECTOR", "reminders"),
        ("KEY_FILE", key.to_str().unwrap()),
    ]);
    Stationery::from_config(&config).unwrap()
}

fn letters() -> Vec<Letter> {
    let book = World::asean_us().book();
    let notices = rehearse(&book, day("2025-04-24"), day("2025-08-31"), None).notices;
    let written = notices.iter().map(|n| {
        aide_memoire::delivery::letter::write(&n.notice, &book, &settings(), n.notice.date)
    });
    written
        .map(|l| l.stopped_at("https://aide-memoire.mfa.example.org/stop?of=me".into()))
        .chain([test_letter(&settings())])
        .collect()
}

/// The headers of a message, in their order, folded lines joined; and its body.
fn taken_apart(message: &str) -> (Vec<(String, String)>, &str) {
    let (head, body) = message.split_once("\r\n\r\n").unwrap();
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        match line.strip_prefix([' ', '\t']) {
            Some(_) => headers.last_mut().unwrap().1.push_str(line),
            None => {
                let (name, value) = line.split_once(':').unwrap();
                headers.push((name.to_lowercase(), value.to_owned()));
            }
        }
    }
    (headers, body)
}

/// RFC 6376, 3.4.2 and 3.4.4.
fn relaxed(value: &str) -> String {
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

fn relaxed_body(body: &str) -> String {
    let lines: Vec<String> = body
        .split("\r\n")
        .map(|line| {
            let mut out = String::new();
            for c in line.trim_end_matches([' ', '\t']).chars() {
                match c {
                    ' ' | '\t' if out.ends_with(' ') => {}
                    '\t' => out.push(' '),
                    c => out.push(c),
                }
            }
            out
        })
        .collect();
    let body = lines.join("\r\n");
    let body = body.trim_end_matches("\r\n");
    match body {
        "" => String::new(),
        body => format!("{body}\r\n"),
    }
}

/// Whether the signature of a message holds; the tags of it.
fn verify(message: &str) -> Result<Vec<(String, String)>, &'static str> {
    let (headers, body) = taken_apart(message);
    let at = headers
        .iter()
        .position(|(name, _)| name == "dkim-signature");
    let signature = &headers[at.ok_or("no signature")?].1;
    let tags: Vec<(String, String)> = signature
        .split(';')
        .filter_map(|tag| tag.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.split_whitespace().collect()))
        .collect();
    let tag = |name: &str| tags.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    if tag("c").as_deref() != Some("relaxed/relaxed") || tag("a").as_deref() != Some("rsa-sha256") {
        return Err("another method");
    }
    let hash = Sha256::digest(relaxed_body(body).as_bytes());
    if base64_decode(tag("bh").unwrap().as_bytes()).as_deref() != Some(hash.as_slice()) {
        return Err("the body differs");
    }
    let mut signed = String::new();
    let mut left = headers.clone();
    for name in tag("h").unwrap().split(':') {
        // From the bottom up; one that is not there signs its absence.
        if let Some(place) = left.iter().rposition(|(n, _)| n == name) {
            let (name, value) = left.remove(place);
            signed.push_str(&format!("{name}:{}\r\n", relaxed(&value)));
        }
    }
    let empty = signature.rsplit_once("b=").unwrap().0;
    signed.push_str(&format!(
        "dkim-signature:{}",
        relaxed(&format!("{empty}b="))
    ));
    let public = UnparsedPublicKey::new(
        &RSA_PKCS1_2048_8192_SHA256,
        include_bytes!("keys/dkim.public.der"),
    );
    let bytes = base64_decode(tag("b").unwrap().as_bytes()).unwrap();
    public
        .verify(signed.as_bytes(), &bytes)
        .map_err(|_| "the headers differ")?;
    Ok(tags)
}

#[test]
fn a_signed_message_verifies_and_a_changed_one_does_not() {
    let stationery = signing();
    let letters = letters();
    assert!(letters.len() > 10);
    for letter in &letters {
        let bytes = of_letter(letter, &headers("asean-us@mfa.example.org"), &stationery).unwrap();
        let message = String::from_utf8(bytes).unwrap();
        let tags = verify(&message).unwrap_or_else(|e| panic!("{e}: {}", letter.subject));
        let tag = |name: &str| {
            tags.iter()
                .find(|(n, _)| n == name)
                .map(|(_, v)| v.as_str())
        };
        assert_eq!(tag("d"), Some("mfa.example.org"));
        assert_eq!(tag("s"), Some("reminders"));
        for name in [
            "from",
            "subject",
            "date",
            "message-id",
            "list-unsubscribe-post",
        ] {
            assert!(tag("h").unwrap().split(':').any(|n| n == name), "{name}");
        }
        let forged = message.replacen("Subject: ", "Subject: Re: ", 1);
        assert_eq!(verify(&forged), Err("the headers differ"));
        let added = message.replacen(
            "Subject: ",
            "Reply-To: spy@evil.example.org\r\nSubject: ",
            1,
        );
        assert_eq!(verify(&added), Err("the headers differ"));
        let tampered = message.replacen("Aide-m", "Aide-n", 9);
        assert!(verify(&tampered).is_err());
        // What a relay may do to it under way does not matter.
        let refolded = message.replacen("Subject: ", "Subject:   ", 1);
        assert!(verify(&refolded).is_ok());
    }
}

#[test]
fn without_a_key_nothing_is_signed() {
    let bytes = of_letter(
        &test_letter(&settings()),
        &headers("asean-us@mfa.example.org"),
        &Stationery::from_config(&config(&[])).unwrap(),
    )
    .unwrap();
    let message = String::from_utf8(bytes).unwrap();
    assert_eq!(verify(&message), Err("no signature"));
}

#[test]
fn a_key_that_cannot_be_used_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dkim.pem");
    let complaint = |domain: &str| {
        let config = config(&[
            ("DOMAIN", domain),
            ("SELECTOR", "reminders"),
            ("KEY_FILE", file.to_str().unwrap()),
        ]);
        Stationery::from_config(&config).unwrap_err().to_string()
    };
    assert!(complaint("mfa.example.org").contains("cannot be read"));
    std::fs::write(&file, "not a key").unwrap();
    assert!(complaint("mfa.example.org").contains("openssl genrsa -traditional"));
    std::fs::write(
        &file,
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    )
    .unwrap();
    assert!(complaint("mfa.example.org").contains("openssl rsa -in"));
    std::fs::copy(key_file(), &file).unwrap();
    let other = complaint("other.example.org");
    assert!(other.contains("mail.dkim.domain") && other.contains("aide-memoire@mfa.example.org"));
    // A domain that the sender's lies in speaks for it.
    let parent = config(&[
        ("DOMAIN", "example.org"),
        ("SELECTOR", "reminders"),
        ("KEY_FILE", file.to_str().unwrap()),
    ]);
    assert!(Stationery::from_config(&parent).is_ok());
}
