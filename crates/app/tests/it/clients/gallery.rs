//! The gallery of portraits in a real browser: those there are, and one that comes while it is open.

use super::in_a_browser;
use crate::http::{eventually, get};
use crate::portraits::people::{Town, avatar};
use crate::process::Launch;

const SCRIPT: &str = "gallery.mjs";
/// Set, it names a folder for pictures: `docs/images` renews that of the documentation.
const SHOTS: &str = "GALLERY_SHOTS";

#[tokio::test]
async fn portraits_appear_in_a_browser_as_they_are_drawn() {
    let Some(mut town) = Town::open().await else {
        return;
    };
    let wardrobes: [(&str, &[&str]); 5] = [
        (
            "BaseMale",
            &["green_hoodie", "brown_pants", "casual_hair_01"],
        ),
        ("BaseFemale", &["sneakers", "f_sweater", "pony_tail"]),
        ("BaseMale", &["green_hoodie", "brown_pants"]),
        ("BaseFemale", &["f_jeans", "casual_hair_01"]),
        ("BaseMale", &["sneakers", "green_hoodie", "pony_tail"]),
    ];
    for (name, (shape, worn)) in wardrobes.iter().enumerate() {
        town.profile(&format!("Person {name}"), &avatar(shape, worn));
    }
    let up = Launch::up(&town.scratch, "up").following(&[&town.catalyst]);
    let program = up.start().await;
    let url = program.at("/profile-images/portraits");
    let all = |answer: &crate::http::Answer| {
        let known = answer.status == 200;
        let count = known.then(|| answer.json().as_array().map_or(0, Vec::len));
        (count == Some(wardrobes.len())).then_some(())
    };
    eventually(|| get(&url), all).await;
    // The script says when it looks; then somebody comes.
    let flag = town.scratch.path("looks");
    let path = flag.display().to_string();
    let more = [("WORLDLOG_FLAG", path.as_str())];
    let scratch = crate::process::Scratch::new();
    let browser = in_a_browser(&scratch, &program, SCRIPT, SHOTS, &more);
    let newcomer = async {
        while !flag.exists() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        town.profile(
            "Newcomer",
            &avatar(
                "BaseFemale",
                &["sneakers", "f_jeans", "pony_tail", "f_sweater"],
            ),
        )
    };
    tokio::join!(browser, newcomer);
    town.end(program).await;
}
