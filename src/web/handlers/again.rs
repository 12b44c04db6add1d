//! Tell me again: the button on a notice's page.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, LOCATION};
use axum::response::{IntoResponse, Response};

use super::ledger::visible_notice;
use crate::acts::again::{can_be_repeated, may_ask, tell_again};
use crate::acts::{ActError, Actor};
use crate::domain::access::Viewer;
use crate::domain::ledger::NoticeEntry;
use crate::entropy::{Entropy, SystemEntropy};
use crate::web::failure::Failure;
use crate::web::site::Visit;

/// Where a viewer may ask for a notice once more; `None` where there is nothing to ask for, or they
/// may not.
pub fn offered(visit: &Visit, notice: &NoticeEntry) -> Option<String> {
    let may = can_be_repeated(notice) && may(visit, notice);
    may.then(|| format!("/mail/{}/again", notice.id))
}

fn may(visit: &Visit, notice: &NoticeEntry) -> bool {
    may_ask(
        &visit.viewer,
        visit.administrator,
        notice,
        visit.scene().directory(),
    )
}

pub async fn tell(visit: Visit, Path(id): Path<String>) -> Response {
    let result = try_to_tell(&visit, &id).await;
    visit.answer(result)
}

async fn try_to_tell(visit: &Visit, id: &str) -> Result<Response, Failure> {
    let state = &visit.site.state;
    let (id, notice) = {
        let snapshot = state.store.read().await?;
        visible_notice(visit, &snapshot, id).await?
    };
    if !may(visit, &notice) {
        return Err(Failure::Refused(
            "Only its reader, whoever is of the desk it went to, and whoever runs the installation \
             can have a mail sent once more.",
        ));
    }
    let actor = match &visit.viewer {
        Viewer::Person(person) => Actor::Person(person.clone()),
        _ => Actor::Operator,
    };
    let entropy: &dyn Entropy = &SystemEntropy;
    let now = state.clock.business_now();
    let again = tell_again(&state.store, id, &actor, entropy.uuid(), now).await;
    let again = again.map_err(|error| match error {
        ActError::Store(error) => Failure::Store(error),
        ActError::Refused(why) => Failure::Conflict(why),
    })?;
    let page = HeaderValue::from_str(&format!("/mail/{}", again.notice));
    let page = page.map_err(|_| Failure::Fault)?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, page)]).into_response())
}
