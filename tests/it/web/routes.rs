//! The table of routes: what is declared, once each, and that nothing answers beside it.

use std::collections::BTreeSet;
use std::path::Path;

use aide_memoire::web::{Door, Entry, declared};

use crate::support::pages::Pages;

fn line(entry: &Entry) -> String {
    let path = match &*entry.path {
        path if path.starts_with("/style-") => "/style-HASH.css",
        path if path.starts_with("/review-") => "/review-HASH.js",
        path => path,
    };
    let elsewhere = match entry.from_elsewhere {
        true => ", posted from elsewhere",
        false => "",
    };
    let (door, shows) = (format!("{:?}", entry.door), format!("{:?}", entry.shows));
    format!("{:<5}{path:<42}{door:<15}{shows}{elsewhere}", entry.method)
}

#[test]
fn the_table() {
    let lines: Vec<String> = declared().iter().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn an_address_and_method_stands_in_it_once() {
    let table = declared();
    let keys: BTreeSet<(&str, &str)> = table.iter().map(|e| (&*e.path, e.method)).collect();
    assert_eq!(keys.len(), table.len());
}

/// Whatever makes a route of its own, beside the table, fails here.
#[test]
fn nothing_but_the_router_makes_routes() {
    fn look(folder: &Path, found: &mut Vec<String>) {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                look(&path, found);
                continue;
            }
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.extension().is_none_or(|e| e != "rs") || name == "router.rs" {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let makes = |words: &str| text.contains(words);
            let in_table = name == "routes.rs";
            if makes("Router::new") || makes(".route(") || (makes("routing::") && !in_table) {
                found.push(path.display().to_string());
            }
        }
    }
    let mut found = Vec::new();
    look(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    assert_eq!(found, Vec::<String>::new());
}

/// A GET of what only takes forms changes nothing, and says which method it takes.
#[tokio::test]
async fn every_declared_address_answers_its_method_alone() {
    let pages = Pages::demo().await;
    let table = declared();
    for entry in &table {
        let path = entry.path.replace(['{', '}'], "");
        let takes = |method: &str| {
            let mut same = table.iter().filter(|e| e.path == entry.path);
            same.any(|e| e.method == method)
        };
        if !takes("GET") {
            assert_eq!(pages.get(&path).await.status, 405, "GET {path}");
        }
        if !takes("POST") {
            assert_eq!(pages.post(&path, "").await.status, 405, "POST {path}");
        }
    }
}

#[tokio::test]
async fn a_demonstration_s_addresses_are_nowhere_else() {
    let pages = Pages::serving("", |_| {}).await;
    let table = declared();
    let demonstration = table.iter().filter(|e| e.door == Door::Demonstration);
    for entry in demonstration {
        let answer = pages.post(&entry.path, "days=1&as=som-leader").await;
        assert_eq!(answer.status, 404, "{}", entry.path);
    }
}
