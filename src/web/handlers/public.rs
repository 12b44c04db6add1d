//! The pages of guests.

use axum::extract::Path;
use axum::response::Response;

use crate::web::failure::Failure;
use crate::web::frame::Area;
use crate::web::pages::public;
use crate::web::site::Visit;
use crate::web::standing::Standing;

pub async fn list(visit: Visit) -> Response {
    let visit = visit.shown_to_guests();
    let page = public::list(&visit.scene());
    visit.page(Area::Commitments, "Commitments", "public.html", &page)
}

pub async fn one(visit: Visit, Path(reference): Path<String>) -> Response {
    let visit = visit.shown_to_guests();
    let scene = visit.scene();
    let found = scene.commitment(&reference);
    let shared = found.and_then(|c| visit.book.commitments.get(c.reference.as_str()));
    let Some(shared) = shared else {
        return visit.failure(&Failure::NotFound);
    };
    let standing = Standing::of(shared, scene.directory(), visit.now);
    let page = public::one(&scene, &standing);
    visit.page(Area::Commitments, page.title, "public_one.html", &page)
}
