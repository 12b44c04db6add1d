//! What a machine lacks: said loudly, and a failure where everything must be there.

use std::io::Write;

/// Says that a test was skipped and how to get what it needs; with `CI=true` that is a failure.
pub fn skip(what: &str, install: &str) {
    let message =
        format!("SKIPPED, for {what} was not found on this machine; install it with `{install}`");
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{message}");
    // Past the capture of the test's output: somebody is to see it.
    let _ = writeln!(std::io::stderr(), "{message}");
}
