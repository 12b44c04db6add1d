//! Many commitments changed at once, in three steps by one address: what is chosen, what is wanted of it
//! (shown before it is done), and doing it. Only the last one writes.

use axum::http::StatusCode;
use axum::response::Response;

use super::finding::with_words;
use crate::acts::ActError;
use crate::acts::bulk::{BulkError, MOST, Wish, change, look};
use crate::acts::editing::Editor;
use crate::domain::ids::CommitmentRef;
use crate::web::failure::Failure;
use crate::web::filter::{Filter, Place};
use crate::web::frame::Area;
use crate::web::pages::{bulk as pages, edit};
use crate::web::protection::own_path;
use crate::web::site::{Typed, Visit};
use crate::web::told;

pub async fn change_many(mut visit: Visit, Typed(pairs): Typed) -> Response {
    let result = step(&mut visit, &pairs).await;
    visit.answer(result)
}

async fn step(visit: &mut Visit, pairs: &[(String, String)]) -> Result<Response, Failure> {
    let Some(editor) = edit::editor(&visit.scene(), visit.administrator) else {
        return Err(Failure::NotFound);
    };
    let typed = |name: &str| {
        let pair = pairs.iter().find(|(n, _)| n == name);
        pair.map_or("", |(_, value)| value.as_str())
    };
    let chosen = chosen(visit, pairs, typed("which") == "all").await?;
    let back = match typed("back") {
        "" => Place::List.path().to_owned(),
        back => own_path(back).to_owned(),
    };
    let (wish, mut complaints) = pages::wish(pairs, &visit.book.directory);
    if chosen.is_empty() {
        complaints.push("Choose at least one commitment on the list.".into());
    }
    let shows = match typed("do") {
        "" => false,
        _ if wish.is_empty() && complaints.is_empty() => {
            complaints.push("Say what is to change: a desk, or a number of the policy.".into());
            false
        }
        "change" if complaints.is_empty() => {
            let store = &visit.site.state.store;
            let done = change(store, &chosen, &wish, &editor, typed("seen"), visit.now).await;
            match done {
                Ok(n) => return Ok(told::go(&back, &told::changed(n))),
                Err(BulkError::Act(error)) => return Err(failed(error)),
                Err(BulkError::Overtaken) => {
                    let words = "Something was changed since you looked. This is how it stands now; nothing has been saved.";
                    return draw(
                        visit,
                        &chosen,
                        &wish,
                        &editor,
                        Shown {
                            shows: true,
                            notice: Some(words),
                            complaints,
                            back,
                        },
                    )
                    .await;
                }
            }
        }
        _ => true,
    };
    let shown = Shown {
        shows,
        notice: None,
        complaints,
        back,
    };
    draw(visit, &chosen, &wish, &editor, shown).await
}

/// How the page is drawn.
struct Shown {
    shows: bool,
    /// What is said above what is shown all the same.
    notice: Option<&'static str>,
    complaints: Vec<String>,
    back: String,
}

async fn draw(
    visit: &mut Visit,
    chosen: &[CommitmentRef],
    wish: &Wish,
    editor: &Editor,
    shown: Shown,
) -> Result<Response, Failure> {
    let store = &visit.site.state.store;
    let looked = look(store, chosen, wish, editor, visit.now)
        .await
        .map_err(failed)?;
    let Shown {
        shows,
        notice,
        complaints,
        back,
    } = shown;
    let mut page = pages::bulk(&visit.scene(), wish, looked, shows, complaints, back);
    let status = match (page.complaints.is_empty(), notice) {
        (false, _) => StatusCode::UNPROCESSABLE_ENTITY,
        (true, Some(_)) => StatusCode::CONFLICT,
        (true, None) => StatusCode::OK,
    };
    page.complaints.extend(notice.map(str::to_owned));
    Ok(visit.page_with(status, Area::Commitments, "Change many", "bulk.html", &page))
}

/// What was chosen: by boxes, or everything that the filters let through and one may read.
async fn chosen(
    visit: &Visit,
    pairs: &[(String, String)],
    is_all: bool,
) -> Result<Vec<CommitmentRef>, Failure> {
    if is_all {
        let (filter, _) = Filter::read(Place::List, pairs, &visit.book.directory);
        let filter = with_words(visit, filter).await?;
        let scene = visit.scene();
        let matching = scene.readable().filter(|s| filter.admits(&scene, s));
        let references = matching.map(|s| s.commitment.reference.clone());
        return Ok(references.take(MOST).collect());
    }
    let named = pairs.iter().filter(|(name, _)| name == "ref");
    let references = named.filter_map(|(_, text)| CommitmentRef::parse(text).ok());
    Ok(references.take(MOST).collect())
}

fn failed(error: ActError) -> Failure {
    match error {
        ActError::Store(error) => Failure::Store(error),
        ActError::Refused(why) => Failure::Failed(why),
    }
}
