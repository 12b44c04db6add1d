//! A backup put back in place: the daemon that starts on it sends nothing until it is told to.

use super::Place;
use super::serving::due_now;

#[test]
fn a_restored_file_starts_on_hold_until_it_is_released() {
    let place = Place::new();
    place.done(&["import", &place.file("record.toml", &due_now())]);
    // The evening's backup, then a morning's mail, then the disk.
    let backup = place.keep_a_copy();
    assert!(place.done(&["remind"]).contains("30 sent"));
    place.put_back(&backup);

    let said = place.done(&["remind"]);
    assert!(
        said.contains("on hold: This database was restored from a backup")
            && said.contains(" 0 sent"),
        "{said}"
    );
    let found = place.run(&["check"]);
    assert_eq!(found.status.code(), Some(1));
    let found = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(found.contains("aide-memoire release"), "{found}");

    let tomorrow = (chrono::Utc::now() + chrono::TimeDelta::days(2)).date_naive();
    let said = place.done(&["release", "--from", &tomorrow.to_string()]);
    assert!(
        said.contains("30 waiting occurrences of earlier days never"),
        "{said}"
    );
    let said = place.done(&["remind"]);
    assert!(
        !said.contains("on hold") && said.contains(" 0 sent"),
        "{said}"
    );
    assert!(place.done(&["release"]).contains("Nothing is held back"));
}

#[test]
fn a_file_brought_from_another_machine_starts_on_hold() {
    let there = Place::new();
    there.done(&["import", &there.file("record.toml", &due_now())]);
    assert!(there.done(&["remind"]).contains("30 sent"));
    let here = Place::new();
    here.put_back(&there.keep_a_copy());
    let said = here.done(&["remind"]);
    assert!(said.contains("brought here from another machine"), "{said}");
}

#[test]
fn an_audit_that_was_rewritten_is_found_by_what_the_witness_kept() {
    let place = Place::new();
    place.done(&["import", &place.file("record.toml", &due_now())]);
    place.done(&["remind"]);
    let told = place.checked(&[]);
    let end = told
        .split_whitespace()
        .find(|word| word.contains(':') && word.len() > 60)
        .expect("the end of the audit is told")
        .to_owned();
    assert!(told.contains("the audit is whole"), "{told}");
    assert!(
        !place
            .checked(&["--audit", &end])
            .contains("wrong   the audit")
    );

    place.tamper("UPDATE audit SET detail = 'nothing' WHERE id = 1");
    let told = place.checked(&[]);
    assert!(
        told.contains("wrong   the audit was changed after it was written: line 1"),
        "{told}"
    );

    // Whoever takes all of it away is betrayed by what was kept outside, and a daemon that wakes
    // meanwhile does not believe the new end.
    place.tamper("DELETE FROM audit");
    place.tamper("UPDATE audit_end SET line = 0, seal = ''");
    place.done(&["remind"]);
    for asked in [&[][..], &["--audit", &end]] {
        let told = place.checked(asked);
        assert!(told.contains("it was rewritten"), "{told}");
    }
}
