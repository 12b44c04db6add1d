//! The page behind *unsubscribe* in a digest: what would stop, and one button. Mail scanners follow
//! links, so looking changes nothing; mail programs post to the same address by themselves (RFC
//! 8058), from elsewhere and without a cookie, so the signed token alone says who asks.

use axum::extract::Path;
use axum::response::Response;
use serde::Serialize;

use crate::acts::Actor;
use crate::acts::digests::set_cadence;
use crate::domain::habits::Cadence;
use crate::domain::ids::ReaderId;
use crate::domain::token::Purpose;
use crate::web::failure::Failure;
use crate::web::frame::Area;
use crate::web::site::Visit;

#[derive(Debug, Serialize)]
struct UnsubscribePage {
    reader: String,
    /// The address of the page, to which its forms post.
    here: String,
    stopped: bool,
    /// What a stop that was just made can be undone to.
    before: Option<&'static str>,
}

/// The form field by which a stop is undone. A mail program's own post has none like it.
const AGAIN: &str = "again";

pub async fn show(visit: Visit, Path(token): Path<String>) -> Response {
    let result = show_page(&visit, &token).await;
    visit.answer(result)
}

async fn show_page(visit: &Visit, token: &str) -> Result<Response, Failure> {
    let reader = reader_of(visit, token).await?;
    let known = visit.scene().directory().reader(&reader);
    let known = known.ok_or(Failure::NotFound)?;
    let stopped = known.habits.digest == Cadence::Never;
    Ok(page(visit, token, known.name, stopped, None))
}

pub async fn change(visit: Visit, Path(token): Path<String>, body: String) -> Response {
    let result = do_change(&visit, &token, &body).await;
    visit.answer(result)
}

async fn do_change(visit: &Visit, token: &str, body: &str) -> Result<Response, Failure> {
    let reader = reader_of(visit, token).await?;
    let again = wish(body);
    let cadence = again.unwrap_or(Cadence::Never);
    let state = &visit.site.state;
    let now = state.clock.business_now();
    let actor = Actor::by_link(&reader);
    let before = set_cadence(&state.store, &reader, cadence, &actor, now).await?;
    let before = before.ok_or(Failure::NotFound)?;
    let directory = state.store.directory().await?;
    let name = directory.reader_name(&reader).to_owned();
    let stopped = cadence == Cadence::Never;
    let before = Some(before.as_str()).filter(|_| stopped && before != Cadence::Never);
    Ok(page(visit, token, name, stopped, before))
}

/// The reader a token names. What we did not sign leads nowhere, like any unknown address.
async fn reader_of(visit: &Visit, token: &str) -> Result<ReaderId, Failure> {
    let key = visit.site.state.store.signing_key().await?;
    key.reader_of(Purpose::Unsubscribe, token)
        .ok_or(Failure::NotFound)
}

/// How often it is to come again, where the form asks for that.
fn wish(body: &str) -> Option<Cadence> {
    let mut fields = body.split('&').filter_map(|field| field.split_once('='));
    let (_, word) = fields.find(|(name, _)| *name == AGAIN)?;
    Cadence::parse(word)
}

fn page(
    visit: &Visit,
    token: &str,
    reader: String,
    stopped: bool,
    before: Option<&'static str>,
) -> Response {
    let page = UnsubscribePage {
        reader,
        here: format!("/unsubscribe/{token}"),
        stopped,
        before,
    };
    let title = if stopped {
        "No more digest lines"
    } else {
        "Your digest"
    };
    visit.page(Area::Elsewhere, title, "unsubscribe.html", &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_form_asks_for_more() {
        assert_eq!(wish("List-Unsubscribe=One-Click"), None);
        assert_eq!(wish(""), None);
        assert_eq!(wish("again=monthly"), Some(Cadence::Monthly));
        assert_eq!(wish("again=hourly"), None);
    }
}
