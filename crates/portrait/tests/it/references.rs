//! Our pictures against those of the live service and of another rasteriser.

use portrait::{Library, Limits, Look, Picture, Scene, Shot, Tone, compose, render};

use crate::compare::{
    colour_difference, difference, silhouette_iou, silhouette_iou_below, write_difference,
};
use crate::pack::Pack;

struct Both {
    body: Picture,
    face: Picture,
}

fn draw(pack: &Pack, index: usize, tone: Tone) -> (String, Both) {
    let (name, avatar) = pack.references().swap_remove(index);
    let library = Library::new(Limits::default());
    let composition = compose(&avatar, &pack.assets, &library).expect("a composition");
    let scene = Scene::new(&composition, &pack.pose);
    let look = Look { tone, toon: None };
    let shoot = |shot| render(&scene, &shot, &look, library.limits()).expect("a picture");
    let body = shoot(Shot::body(256, 512));
    let face = shoot(Shot::face(256, 256));
    (name, Both { body, face })
}

fn assert_iou(name: &str, ours: &Picture, theirs: &Picture, least: f64) {
    let iou = silhouette_iou(ours, theirs);
    println!("{name}: silhouette {iou:.4}");
    assert!(
        iou >= least,
        "{name}: {iou:.4} < {least}; {}",
        write_difference(name, ours, theirs)
    );
}

/// The pictures of `albedo-check` were drawn from the very files we draw from, without a tone.
#[test]
fn another_rasteriser_draws_the_same_from_the_same_files() {
    let Some(pack) = Pack::open("the check of another rasteriser") else {
        return;
    };
    for (index, stem) in [(0, "bafkreid7"), (2, "bafkreia6")] {
        let (_, ours) = draw(&pack, index, Tone::Neutral);
        for (kind, ours) in [("body", &ours.body), ("face", &ours.face)] {
            let name = format!("{stem}_{kind}");
            let theirs = pack.picture(&format!("reference/albedo-check/{name}.png"));
            assert_iou(&name, ours, &theirs, 0.995);
            let (mean, _) = difference(ours, &theirs);
            println!("{name}: mean difference {mean:.3}");
            assert!(
                mean < 2.0,
                "{name}: {mean}; {}",
                write_difference(&name, ours, &theirs)
            );
        }
    }
}

/// Hair and clothes of the live service were modelled anew since our files; body, face and camera were
/// not. So silhouettes agree less for an avatar with much hair or a skirt.
#[test]
fn silhouettes_are_those_of_the_live_service() {
    let Some(pack) = Pack::open("the check of reference silhouettes") else {
        return;
    };
    // Least agreement of body and face: two avatars are all of base wearables, two wear paid items that
    // nobody has here.
    let least = [[0.95, 0.95], [0.0, 0.0], [0.93, 0.85], [0.0, 0.0]];
    for (index, [body, face]) in least.into_iter().enumerate() {
        let (name, ours) = draw(&pack, index, Tone::Reference);
        let theirs = pack.picture(&format!("reference/{name}.png"));
        assert_iou(&format!("{name}_body"), &ours.body, &theirs, body);
        let theirs = pack.picture(&format!("reference/{name}_face.png"));
        assert_iou(&format!("{name}_face"), &ours.face, &theirs, face);
    }
}

/// Below hems, where nothing was modelled anew, camera, pose and skinning alone decide.
#[test]
fn legs_stand_where_those_of_the_live_service_stand() {
    let Some(pack) = Pack::open("the check of reference legs") else {
        return;
    };
    // First row below trousers or skirt.
    for (index, top) in [(0, 400), (2, 312)] {
        let (name, ours) = draw(&pack, index, Tone::Reference);
        let theirs = pack.picture(&format!("reference/{name}.png"));
        let iou = silhouette_iou_below(&ours.body, &theirs, top);
        println!("{name}: legs {iou:.4}");
        assert!(
            iou > 0.97,
            "{name}: {iou:.4}; {}",
            write_difference(&name, &ours.body, &theirs)
        );
    }
}

/// Cheeks, nose and mouth: no hair, no glasses.
const FACE: [u32; 4] = [100, 150, 155, 190];

#[test]
fn faces_have_the_colours_of_the_live_service() {
    let Some(pack) = Pack::open("the check of reference colours") else {
        return;
    };
    for index in [0, 2] {
        let (name, ours) = draw(&pack, index, Tone::Reference);
        let theirs = pack.picture(&format!("reference/{name}_face.png"));
        let apart = colour_difference(&ours.face, &theirs, FACE);
        println!("{name}: colours apart {apart:.3}");
        assert!(
            apart < 3.0,
            "{name}: {apart}; {}",
            write_difference(&name, &ours.face, &theirs)
        );
        let (_, plain) = draw(&pack, index, Tone::Neutral);
        let apart = colour_difference(&plain.face, &theirs, FACE);
        assert!(
            apart > 10.0,
            "without its tone the picture is another one: {apart}"
        );
    }
}
