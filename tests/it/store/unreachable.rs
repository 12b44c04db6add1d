//! A database that cannot be opened: the administrator is told where it is, what is wrong, and what
//! to look at; never the password.

use std::time::{Duration, Instant};

use aide_memoire::store::{Store, StoreError};

use crate::support::postgres::{self, LOCKED_PASSWORD, LOCKED_ROLE};
use sea_orm::{ConnectionTrait, Database};

/// The message, after making sure it is of the right kind and comes soon.
async fn refusal(url: &str) -> String {
    let started = Instant::now();
    let refused = match Store::open(url).await {
        Err(refused) => refused,
        Ok(_) => panic!("{url} was opened"),
    };
    assert!(
        started.elapsed() < Duration::from_secs(15),
        "it took {:?}",
        started.elapsed()
    );
    assert!(
        matches!(refused, StoreError::Unreachable { .. }),
        "{refused:?}"
    );
    refused.to_string()
}

#[tokio::test]
async fn a_folder_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("missing/aide.sqlite");
    let words = refusal(&format!("sqlite:{}", file.display())).await;
    assert!(words.contains("missing/aide.sqlite"), "{words}");
    assert!(words.contains("check that the folder exists"), "{words}");
}

#[tokio::test]
async fn a_file_that_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.txt");
    let letter = "Excellency, ".repeat(200);
    std::fs::write(&file, &letter).unwrap();
    let words = refusal(&format!("sqlite:{}", file.display())).await;
    assert!(words.contains("not a database"), "{words}");
    // It was somebody's letter, and still is.
    assert_eq!(std::fs::read_to_string(&file).unwrap(), letter);
}

#[tokio::test]
async fn a_folder_instead_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let words = refusal(&format!("sqlite:{}", folder.path().display())).await;
    assert!(words.contains("unable to open"), "{words}");
}

#[tokio::test]
async fn a_port_where_nobody_listens() {
    // Bound and let go: free for as long as this test runs, as far as anybody can tell.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let url = format!("postgres://desk:secret@127.0.0.1:{port}/aide");
    let words = refusal(&url).await;
    assert!(words.contains(&port.to_string()), "{words}");
    assert!(words.contains("refused"), "{words}");
    assert!(words.contains("check that the server runs"), "{words}");
    assert!(!words.contains("secret"), "{words}");
}

#[tokio::test]
async fn a_server_that_says_nothing() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let words = refusal(&format!("postgres://desk@127.0.0.1:{port}/aide")).await;
    assert!(words.contains("database.url"), "{words}");
}

#[tokio::test]
async fn a_database_that_is_not_there() {
    let Some(cluster) = postgres::cluster() else {
        return;
    };
    let words = refusal(&cluster.url("no_such_database")).await;
    assert!(words.contains("no_such_database"), "{words}");
    assert!(words.contains("does not exist"), "{words}");
}

#[tokio::test]
async fn a_wrong_password() {
    let Some(cluster) = postgres::cluster() else {
        return;
    };
    let server = Database::connect(cluster.url("postgres")).await.unwrap();
    let role = format!("CREATE ROLE {LOCKED_ROLE} LOGIN PASSWORD '{LOCKED_PASSWORD}'");
    server.execute_unprepared(&role).await.unwrap();
    server.close().await.unwrap();
    let url = |password: &str| {
        let port = cluster.port();
        format!("postgres://{LOCKED_ROLE}:{password}@127.0.0.1:{port}/postgres")
    };
    Store::open(&url(LOCKED_PASSWORD)).await.unwrap();
    let words = refusal(&url("wrong-secret")).await;
    assert!(words.contains("password authentication failed"), "{words}");
    assert!(!words.contains("wrong-secret"), "{words}");
}
