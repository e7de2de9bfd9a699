//! Sizes and mip maps: what is averaged, in which space.

use texture::{ChainOptions, Image, MipChain, Sizing, Usage};

use crate::pictures::{Numbers, painted};

fn image(width: u32, height: u32, pixels: &[[u8; 4]]) -> Image {
    Image::from_rgba(width, height, pixels.concat()).expect("a buffer of its size")
}

fn exact(side_max: u32) -> ChainOptions {
    ChainOptions {
        side_max,
        sizing: Sizing::Exact,
        mips: true,
        flip: false,
        shrink_uniform: false,
    }
}

/// The only pixel of the second level of a 2 × 2 image.
fn mean(pixels: &[[u8; 4]; 4], usage: Usage) -> [u8; 4] {
    let chain = MipChain::new(&image(2, 2, pixels), usage, &exact(64)).expect("an image");
    chain.levels()[1].rgba[..].try_into().expect("one pixel")
}

#[test]
fn sizes_are_capped_and_rounded_as_the_format_wants() {
    let ktx2 = ChainOptions::ktx2(1024);
    for (from, to) in [
        ((1, 1), (4, 4)),
        ((1067, 1067), (1024, 1024)),
        ((2048, 100), (1024, 52)),
        ((30, 33), (32, 32)),
        ((4096, 1), (1024, 4)),
    ] {
        assert_eq!(ktx2.size(from.0, from.1), to, "{from:?}");
    }
    let unity = ChainOptions::unity(1024);
    for (from, to) in [
        ((1, 1), (1, 1)),
        ((1067, 1067), (1024, 1024)),
        ((700, 800), (512, 1024)),
        ((3000, 2000), (1024, 512)),
        ((5, 6), (4, 8)),
    ] {
        assert_eq!(unity.size(from.0, from.1), to, "{from:?}");
    }
}

#[test]
fn levels_halve_down_to_one_pixel() {
    let chain =
        MipChain::new(&painted(20, 6, 1, false), Usage::Data, &exact(64)).expect("an image");
    let sizes: Vec<_> = chain
        .levels()
        .iter()
        .map(|level| (level.width, level.height))
        .collect();
    assert_eq!(sizes, [(20, 6), (10, 3), (5, 1), (2, 1), (1, 1)]);
    assert_eq!(chain.levels()[0].rgba, painted(20, 6, 1, false).rgba());
}

#[test]
fn colour_is_averaged_in_light_data_as_it_is_normals_as_vectors() {
    let (black, white) = ([0, 0, 0, 255], [255, 255, 255, 255]);
    let checks = [black, white, white, black];
    assert_eq!(mean(&checks, Usage::Colour), [188, 188, 188, 255]);
    assert_eq!(mean(&checks, Usage::Data), [128, 128, 128, 255]);
    let tilted = [
        [218, 128, 218, 255],
        [38, 128, 218, 255],
        [218, 128, 218, 255],
        [38, 128, 218, 255],
    ];
    let [x, y, z, _] = mean(&tilted, Usage::Normal);
    assert_eq!((x, y, z), (128, 128, 255));
}

#[test]
fn invisible_pixels_lend_no_colour() {
    let (red, clear_green) = ([255, 0, 0, 255], [0, 255, 0, 0]);
    let [red_left, green, ..] = mean(&[red, clear_green, clear_green, clear_green], Usage::Colour);
    assert!(red_left == 255 && green < 8, "{red_left} {green}");
    // Where nothing is visible the colours still stand.
    assert_eq!(mean(&[clear_green; 4], Usage::Colour), clear_green);
    assert_eq!(
        mean(&[red, clear_green, red, clear_green], Usage::Data),
        [128, 128, 0, 128]
    );
}

#[test]
fn foliage_does_not_thin_out() {
    // One pixel in five is visible, scattered: a plain mean leaves none above the cut.
    let mut numbers = Numbers::new(5);
    let mut pixel = || [40, 160, 30, if numbers.below(5) == 0 { 255 } else { 0 }];
    let pixels: Vec<[u8; 4]> = (0..64 * 64).map(|_| pixel()).collect();
    let passing = |usage| {
        let chain = MipChain::new(&image(64, 64, &pixels), usage, &exact(64)).expect("an image");
        let level = &chain.levels()[2].rgba;
        level.chunks(4).filter(|pixel| pixel[3] > 127).count() as f64 / (level.len() / 4) as f64
    };
    assert!(passing(Usage::Colour) < 0.05);
    assert!(
        (passing(Usage::Cutout) - 0.2).abs() < 0.1,
        "{}",
        passing(Usage::Cutout)
    );
}

#[test]
fn one_colour_is_a_small_texture_and_rows_are_turned_for_unity() {
    let grey = image(300, 200, &[[9, 8, 7, 255]; 300 * 200]);
    let chain = MipChain::new(&grey, Usage::Colour, &ChainOptions::ktx2(1024)).expect("an image");
    assert_eq!((chain.levels()[0].width, chain.levels()[0].height), (4, 4));
    assert_eq!(chain.levels()[0].rgba[..4], [9, 8, 7, 255]);
    let chain = MipChain::new(&grey, Usage::Colour, &ChainOptions::unity(1024)).expect("an image");
    assert_eq!(
        (chain.levels()[0].width, chain.levels()[0].height),
        (256, 256)
    );
    let picture = painted(8, 8, 5, true);
    let chain = MipChain::new(&picture, Usage::Colour, &ChainOptions::unity(64)).expect("an image");
    assert_eq!(chain.levels()[0].rgba[..32], picture.rgba()[7 * 32..]);
}
