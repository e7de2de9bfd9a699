//! The platform is killed in the middle of uploads: what it said was taken is there, once and whole; of what it was not
//! asked for again nothing is left.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::*;
use crate::http::try_send;
use crate::world::Dice;

const ROUNDS: usize = 8;
const LATEST_MS: u64 = 600;
const PATIENCE: Duration = Duration::from_secs(120);

/// Sends photos one after another until the platform is gone. Gives the one that was not answered.
async fn shoot(
    person: &Person,
    url: &str,
    number: &mut u32,
    taken: &mut BTreeSet<String>,
) -> Upload {
    loop {
        *number += 1;
        let upload = person.upload(*number, number.is_multiple_of(2));
        match try_send(upload.request(url)).await {
            Ok(answer) if answer.status == 200 => {
                assert!(taken.insert(id(&answer.json())), "a new one");
            }
            // It is going, and could not wait for what it had begun.
            Ok(answer) => {
                assert!(answer.status >= 500, "{}", answer.text());
                return upload;
            }
            Err(_) => return upload,
        }
    }
}

#[tokio::test]
async fn kills_in_the_middle_of_uploads_leave_what_was_said() {
    let mut dice = Dice::of_run(31);
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up")
        .environment("WORLDLOG__CAMERA_REEL__STORE_TIMEOUT", "3s")
        .environment("WORLDLOG__CAMERA_REEL__EXPIRY_INTERVAL", "200ms");
    let ann = Person::new(1);
    let (mut number, mut taken) = (0, BTreeSet::new());
    let mut cut: Option<Upload> = None;
    for round in 0_usize..ROUNDS {
        let program = up.start().await;
        let url = program.url.clone();
        // Every other time the one that was cut off is sent again as it was: it is one photo, however far it had come.
        if let Some(upload) = cut.take().filter(|_| round.is_multiple_of(2)) {
            let mut ids = BTreeSet::new();
            for _ in 0..2 {
                let answer = send(upload.request(&url)).await;
                if answer.status == 200 {
                    ids.insert(id(&answer.json()));
                }
            }
            assert!(ids.len() <= 1, "one upload, one photo: {ids:?}");
            taken.extend(ids);
        }
        let kill = async {
            tokio::time::sleep(Duration::from_millis(50 + dice.below(LATEST_MS))).await;
            program.kill();
        };
        let (left, ()) = tokio::join!(shoot(&ann, &url, &mut number, &mut taken), kill);
        cut = Some(left);
    }
    let program = up.start().await;
    settle(&program).await;
    let blobs = up.data().join("blobs");
    let end = Instant::now() + PATIENCE;
    let mut own: BTreeSet<String>;
    loop {
        own = ann.own(&program).await.into_iter().collect();
        settle(&program).await;
        if files(&blobs).len() == own.len() * 2 {
            break;
        }
        let (files, photos) = (files(&blobs).len(), own.len());
        assert!(Instant::now() < end, "{files} files of {photos} photos");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!(
        "{} photos were said to be taken, {} are there",
        taken.len(),
        own.len()
    );
    assert!(!taken.is_empty(), "some were taken");
    assert!(own.is_superset(&taken), "what was said is there");
    for image in ann.images(&program).await {
        for link in ["url", "thumbnailUrl"] {
            let link = image[link].as_str().expect("a link");
            let file = send(get(link)).await.expect(200);
            image::load_from_memory(&file.body).expect("it is whole");
        }
    }
    let told = distinct(&program, "user.actions").await;
    let told = told
        .iter()
        .filter(|of| of["value"]["subType"] == "photo-taken");
    let told: Vec<&str> = told.filter_map(|of| of["value"]["key"].as_str()).collect();
    assert_eq!(told.len(), own.len(), "each is told once: {told:?}");
    every_read_model_is_right(&program).await;
    let place = format!("/api/places/{PLACE}/images?limit=100");
    let shown = ids(&open(&program, &place).await.expect(200).json());
    assert!(program.terminate().await.success());
    up.lose_the_store();
    let program = up.start().await;
    settle(&program).await;
    let again: BTreeSet<String> = ann.own(&program).await.into_iter().collect();
    assert_eq!(again, own);
    assert_eq!(ids(&open(&program, &place).await.json()), shown);
    assert!(program.terminate().await.success());
}
