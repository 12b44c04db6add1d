//! axe-core, which looks at a page in the browser for what keeps people from it. It is installed for
//! the tests only; what it finds beyond doubt is a violation of WCAG 2.2, levels A and AA.

use std::path::{Path, PathBuf};

use fantoccini::Client;
use serde_json::{Value, json};

use super::missing::skip;

/// The criteria that are asked for: WCAG 2.2, A and AA.
const CRITERIA: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/// Names a copy of `axe.min.js` that lies elsewhere.
const ELSEWHERE: &str = "AXE_CORE";

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Every criterion.
    All,
    /// Colours alone: nothing else changes with the scheme.
    Colours,
}

/// The checker.
pub struct Axe {
    script: String,
}

/// One thing on a page that violates a criterion.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// `color-contrast`
    pub rule: String,
    /// The element, as it begins.
    pub element: String,
    /// What is wrong with it, in axe's words.
    pub why: String,
}

impl Axe {
    /// `None`, said loudly, where it is not installed.
    pub fn find() -> Option<Self> {
        let fetched =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe-core/package/axe.min.js");
        let file = std::env::var_os(ELSEWHERE).map_or(fetched, PathBuf::from);
        let Ok(source) = std::fs::read_to_string(file) else {
            let install = format!(".ci/axe-core` (it needs npm), or name its file in `{ELSEWHERE}");
            skip("axe-core", &install);
            return None;
        };
        let script = format!("if (!window.axe) {{ {source} }}\n{CHECK}");
        Some(Self { script })
    }

    /// What the page in the browser violates, as it is shown now; what is folded away is unfolded.
    pub async fn violations(&self, client: &Client, look: Look) -> Vec<Violation> {
        let only = match look {
            Look::All => json!({ "type": "tag", "values": CRITERIA }),
            Look::Colours => json!({ "type": "rule", "values": ["color-contrast"] }),
        };
        let found = client
            .execute_async(&self.script, vec![only])
            .await
            .expect("axe-core runs");
        let found = found.as_array().unwrap_or_else(|| panic!("{found}"));
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let violations = found.iter().map(|one| Violation {
            rule: text(one, "rule"),
            element: text(one, "element"),
            why: text(one, "why"),
        });
        violations.collect()
    }
}

/// Frames are pages of their own, and are looked at as such.
const CHECK: &str = r"
const [only, done] = arguments;
document.querySelectorAll('details').forEach(it => { it.open = true; });
axe.run(document, {
  runOnly: only,
  resultTypes: ['violations'],
  iframes: false,
}).then(
  found => done(found.violations.flatMap(violation => violation.nodes.map(node => ({
    rule: violation.id,
    element: node.html.slice(0, 160),
    why: node.failureSummary.replace(/\s+/g, ' '),
  })))),
  error => done(String(error)),
);
";
