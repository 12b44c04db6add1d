//! A small record without fault, for the stories to add one to.

use crate::record::Problems;

/// A record without fault, to which each case adds one.
pub const HOUSE: &str = r#"schema = 1
[[calendar]]
id = "kh"
name = "Cambodia"
timezone = "Asia/Phnom_Penh"
[[party]]
id = "asean"
name = "ASEAN"
[[person]]
id = "head"
name = "Head"
[[desk]]
id = "desk"
name = "Desk"
calendar = "kh"
head = "head"
[[meeting]]
id = "pmc-2025"
date = "10 July 2025"
"#;

/// A commitment without fault: nine lines.
pub const COMMITMENT: &str = r#"[[commitment]]
ref = "US37-01"
title = "A report"
promise = "will report"
kind = "deliverable"
lead = "desk"
opened = "2025-04-23"
deadline = "at pmc-2025"
obligors = ["asean"]
"#;

/// The problems as they are shown, a line each.
pub fn lines(problems: &Problems) -> Vec<String> {
    problems.to_string().lines().map(str::to_owned).collect()
}
