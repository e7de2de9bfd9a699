//! What the browser shall draw: files, hidden parts and colours, decided by this crate.

use portrait::compose::Shape;
use portrait::{Assets, Avatar, Category, Colour, Library, Limits, compose};
use serde_json::{Value, json};

use crate::avatars::Shelf;

/// Each avatar as JSON.
pub(crate) fn of(shelf: &Shelf) -> Value {
    let library = Library::new(Limits::default());
    let avatars = shelf.avatars();
    avatars
        .iter()
        .map(|avatar| one(avatar, shelf, &library))
        .collect()
}

fn one(avatar: &Avatar, shelf: &Shelf, library: &Library) -> Value {
    let composition = compose(avatar, shelf, library).expect("a composition");
    let path = |urn: &str, is_wanted: &dyn Fn(&str) -> bool| {
        let wearable = shelf.wearable(urn)?;
        let representation = wearable.representation(&avatar.body_shape)?;
        // Some name files that they do not have.
        let named = std::iter::once(&representation.main_file).chain(&representation.contents);
        let mut files = named.chain(wearable.content.keys());
        files
            .find_map(|file| shelf.path(&wearable, file).filter(|_| is_wanted(file)))
            .map(str::to_owned)
    };
    let any = |_: &str| true;
    let is_mask = |file: &str| file.ends_with("_mask.png");
    let is_picture = |file: &str| !is_mask(file);
    let (mut models, mut faces) = (Vec::new(), serde_json::Map::new());
    models.extend(path(&composition.body_shape, &any));
    for worn in &composition.worn {
        match &worn.shape {
            Shape::Model(_) => models.extend(path(&worn.urn, &any)),
            Shape::Face { mask, .. } => {
                let mask = mask.as_ref().and_then(|_| path(&worn.urn, &is_mask));
                let face = json!({"picture": path(&worn.urn, &is_picture), "mask": mask});
                faces.insert(part(worn.category).to_owned(), face);
            }
        }
    }
    let instances = composition.body.instances.iter();
    let names = instances.map(|instance| &instance.names[0]);
    let hidden: Vec<&String> = names.filter(|name| !composition.shows_part(name)).collect();
    let colour = |Colour { r, g, b }: Colour| json!([r, g, b]);
    json!({
        "models": models, "faces": faces, "hidden": hidden,
        "eyes": colour(avatar.eyes), "hair": colour(avatar.hair), "skin": colour(avatar.skin),
    })
}

/// How the names of a face's meshes end.
fn part(category: Category) -> &'static str {
    match category {
        Category::Eyes => "mask_eyes",
        Category::Eyebrows => "mask_eyebrows",
        _ => "mask_mouth",
    }
}
