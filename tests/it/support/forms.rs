//! Forms as a browser reads them from a page and sends them back.

/// What each of a page's forms that post to an address of this beginning would send back untouched,
/// without its buttons.
pub fn sent_back(html: &str, action: &str) -> Vec<Vec<(String, String)>> {
    let begins = format!(" method=\"post\" action=\"{action}");
    let forms = html.split(&begins).skip(1);
    forms
        .map(|form| fields(form.split_once("</form>").expect("its end").0))
        .collect()
}

/// As a form is sent.
pub fn encoded(pairs: &[(String, String)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(pairs);
    form.finish()
}

fn fields(form: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut select: Option<(String, Option<String>, Option<String>)> = None;
    for piece in form.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let attribute = |name: &str| {
            let start = format!(" {name}=\"");
            let (_, rest) = tag.split_once(&start)?;
            Some(plain(rest.split_once('"')?.0))
        };
        let name = || attribute("name").unwrap_or_default();
        let is = |flag: &str| tag.split_whitespace().any(|word| word == flag);
        match tag.split_whitespace().next().unwrap_or_default() {
            "input" if tag.contains("type=\"checkbox\"") && !is("checked") => {}
            "input" if tag.contains("type=\"radio\"") && !is("checked") => {}
            "input" => pairs.push((name(), attribute("value").unwrap_or_default())),
            "textarea" => pairs.push((name(), plain(text.strip_prefix('\n').unwrap_or(text)))),
            "select" => select = Some((name(), None, None)),
            "option" => {
                if let Some((_, chosen, first)) = &mut select {
                    let value = attribute("value");
                    first.get_or_insert(value.clone().unwrap_or_default());
                    if is("selected") {
                        *chosen = value;
                    }
                }
            }
            "/select" => {
                if let Some((name, chosen, first)) = select.take() {
                    pairs.push((name, chosen.or(first).unwrap_or_default()));
                }
            }
            _ => {}
        }
    }
    pairs
}

fn plain(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x2f;", "/")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
