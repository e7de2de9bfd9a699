//! An avatar from all sides, on one sheet.

use portrait::{Picture, Shot};

/// Size of a view, pixels.
const VIEW: (u32, u32) = (256, 512);
/// Views in a row.
const ROW: usize = 8;

/// Cameras around the avatar, the first in front.
pub(super) fn shots(count: u32) -> Vec<Shot> {
    let front = Shot::body(VIEW.0, VIEW.1);
    let [_, height, distance] = front.camera.position;
    let turned = |view: u32| {
        let degrees = 360.0 * view as f32 / count as f32;
        let (sin, cos) = degrees.to_radians().sin_cos();
        let mut shot = front;
        shot.camera.position = [distance * sin, height, distance * cos];
        shot.camera.yaw_degrees = degrees;
        shot
    };
    (0..count).map(turned).collect()
}

/// Views beside each other, in rows of eight.
pub(super) fn beside(views: &[Picture]) -> Picture {
    let (width, height) = (VIEW.0 as usize, VIEW.1 as usize);
    let columns = views.len().clamp(1, ROW);
    let rows = views.len().div_ceil(columns).max(1);
    let mut rgba = vec![0; columns * width * rows * height * 4];
    for (at, view) in views.iter().enumerate() {
        let (column, row) = (at % columns, at / columns);
        for (y, line) in view.rgba.chunks(width * 4).enumerate() {
            let from = ((row * height + y) * columns + column) * width * 4;
            rgba[from..from + line.len()].copy_from_slice(line);
        }
    }
    Picture {
        width: (columns * width) as u32,
        height: (rows * height) as u32,
        rgba,
    }
}
