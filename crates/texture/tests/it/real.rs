//! Images of real models, where the data is.

use image::ImageFormat;
use texture::{ChainOptions, Codec, Limits, MipChain, decode, encode_ktx2};

use crate::corpus::pictures;
use crate::measure::{compare, transcode};

#[test]
fn real_images_become_textures_that_look_like_them() {
    let Some(pictures) = pictures("models") else {
        return;
    };
    assert!(pictures.len() >= 100, "{}", pictures.len());
    for picture in pictures.iter().step_by(9) {
        let image = decode(&picture.file, &Limits::default()).expect("a sound image");
        let options = ChainOptions::ktx2(256);
        let chain = MipChain::new(&image, picture.usage, &options).expect("a sound image");
        let base = &chain.levels()[0];
        for (codec, least) in [(Codec::etc1s(), 0.75), (Codec::uastc(), 0.95)] {
            let file = encode_ktx2(&chain, &codec).expect("holds everything");
            let (width, _, rgba) = transcode(&file, 0);
            let like = compare(&base.rgba, &rgba, width as usize, chain.has_alpha());
            assert!(like.luma > least, "{} {codec:?} {like:?}", picture.name);
        }
    }
}

#[test]
fn images_of_broken_models_are_read_or_refused() {
    let Some(pictures) = pictures("broken") else {
        return;
    };
    for picture in pictures {
        if let Ok(image) = decode(&picture.file, &Limits::default()) {
            let sniffed = image::guess_format(&picture.file).expect("a known format");
            assert!(matches!(sniffed, ImageFormat::Png | ImageFormat::Jpeg));
            assert!(image.width() > 0);
        }
    }
}
