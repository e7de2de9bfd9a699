//! Pictures compared: silhouettes, colours, and a picture of the difference where a test fails.

use std::path::{Path, PathBuf};

use portrait::{Picture, png};

fn pixels(picture: &Picture) -> impl Iterator<Item = [u8; 4]> + '_ {
    let pixels = picture.rgba.chunks_exact(4);
    pixels.map(|p| [p[0], p[1], p[2], p[3]])
}

fn pairs<'a>(a: &'a Picture, b: &'a Picture) -> impl Iterator<Item = ([u8; 4], [u8; 4])> + 'a {
    assert_eq!(
        (a.width, a.height),
        (b.width, b.height),
        "pictures of one size"
    );
    pixels(a).zip(pixels(b))
}

/// Intersection over union of where two pictures are mostly opaque.
pub(crate) fn silhouette_iou(a: &Picture, b: &Picture) -> f64 {
    silhouette_iou_below(a, b, 0)
}

/// The same of the rows from `top` on.
pub(crate) fn silhouette_iou_below(a: &Picture, b: &Picture, top: u32) -> f64 {
    let (mut both, mut either) = (0_u32, 0_u32);
    for (a, b) in pairs(a, b).skip((top * a.width) as usize) {
        let (a, b) = (a[3] > 127, b[3] > 127);
        both += u32::from(a && b);
        either += u32::from(a || b);
    }
    f64::from(both) / f64::from(either.max(1))
}

/// Mean difference of a colour channel, of 255, over the pixels of a region that both show fully.
pub(crate) fn colour_difference(a: &Picture, b: &Picture, within: [u32; 4]) -> f64 {
    let [left, top, right, bottom] = within;
    let (mut sum, mut count) = (0_u32, 0_u32);
    for (index, (a_pixel, b_pixel)) in (0..).zip(pairs(a, b)) {
        let (x, y) = (index % a.width, index / a.width);
        let inside = (left..right).contains(&x) && (top..bottom).contains(&y);
        if inside && a_pixel[3] == 255 && b_pixel[3] == 255 {
            let channels = a_pixel.iter().zip(b_pixel).take(3);
            sum += channels.map(|(a, b)| u32::from(a.abs_diff(b))).sum::<u32>();
            count += 3;
        }
    }
    assert!(count > 100, "something is seen in {within:?}");
    f64::from(sum) / f64::from(count)
}

/// Mean and largest difference of premultiplied channels, of 255.
pub(crate) fn difference(a: &Picture, b: &Picture) -> (f64, u32) {
    let (mut sum, mut largest) = (0_u64, 0_u32);
    for (a, b) in pairs(a, b) {
        for channel in 0..4 {
            let of = |p: [u8; 4]| {
                let alpha = if channel == 3 { 255 } else { u32::from(p[3]) };
                u32::from(p[channel]) * alpha / 255
            };
            let distance = of(a).abs_diff(of(b));
            sum += u64::from(distance);
            largest = largest.max(distance);
        }
    }
    (sum as f64 / (a.rgba.len() as f64), largest)
}

/// Where pictures of failed tests go.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("portrait")
}

fn save(name: &str, picture: &Picture) -> PathBuf {
    std::fs::create_dir_all(folder()).expect("a folder for pictures");
    let path = folder().join(name);
    std::fs::write(&path, png(picture).expect("a picture's file")).expect("a written picture");
    path
}

/// Writes two pictures side by side and, third, their difference four times as strong; says where.
pub(crate) fn write_difference(name: &str, ours: &Picture, theirs: &Picture) -> String {
    let (width, height) = (ours.width * 3, ours.height);
    let mut rgba = vec![255; (width * height * 4) as usize];
    for (index, (a, b)) in (0..).zip(pairs(ours, theirs)) {
        let (x, y) = (index % ours.width, index / ours.width);
        let on_white = |p: [u8; 4]| {
            let alpha = u32::from(p[3]);
            [0, 1, 2].map(|c| ((u32::from(p[c]) * alpha + 255 * (255 - alpha)) / 255) as u8)
        };
        let (a, b) = (on_white(a), on_white(b));
        let apart = [0, 1, 2].map(|c| 255 - a[c].abs_diff(b[c]).saturating_mul(4));
        for (column, pixel) in [a, b, apart].into_iter().enumerate() {
            let at = ((y * width + x) as usize + column * ours.width as usize) * 4;
            rgba[at..at + 3].copy_from_slice(&pixel);
        }
    }
    let path = save(
        &format!("{name}.png"),
        &Picture {
            width,
            height,
            rgba,
        },
    );
    format!("ours, theirs, difference: {}", path.display())
}
