//! Our encoders over the distinct images of the real models.
use std::time::Instant;

mod basisu;
#[path = "../tests/it/corpus.rs"]
mod corpus;
#[path = "../tests/it/measure.rs"]
mod measure;
use texture::*;

fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ')
        .next()
        .and_then(|n| n.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1e9
}

fn main() {
    let q: u8 = std::env::var("Q")
        .ok()
        .and_then(|q| q.parse().ok())
        .unwrap_or(192);
    let pictures = corpus::pictures("models").unwrap();
    let (mut bytes, mut luma, mut ch, mut n, mut t, mut px) = (0, 0.0, 0.0, 0.0, 0.0, 0.0);
    let start = Instant::now();
    let step: usize = std::env::var("STEP")
        .ok()
        .and_then(|q| q.parse().ok())
        .unwrap_or(1);
    for p in pictures.iter().step_by(step) {
        let image = decode(&p.file, &Limits::default()).unwrap();
        let chain = MipChain::new(
            &image,
            p.usage,
            &ChainOptions {
                shrink_uniform: std::env::var("BASISU").is_err(),
                ..ChainOptions::ktx2(1024)
            },
        )
        .unwrap();
        let a = cpu();
        let file = if std::env::var("BASISU").is_ok() {
            basisu::encode(&chain.levels()[0], p.usage, basisu::Mode::Etc1s(q as u32))
        } else {
            encode_ktx2(&chain, &Codec::Etc1s { quality: q }).unwrap()
        };
        let b = cpu() - a;
        let (w, h, rgba) = measure::transcode(&file, 0);
        let base = &chain.levels()[0];
        assert_eq!((w, h), (base.width, base.height));
        let l = measure::compare(&base.rgba, &rgba, w as usize, chain.has_alpha());
        println!(
            "{:40} {:?} {w}x{h} {} bytes {:.4} {:.4} psnr {:.2} {:.0} ms",
            p.name,
            p.usage,
            file.len(),
            l.luma,
            l.channels,
            10.0 * (65025.0 / l.squared_error.max(0.01)).log10(),
            b * 1e3
        );
        bytes += file.len();
        luma += l.luma;
        ch += l.channels;
        n += 1.0;
        t += b;
        px += (w * h) as f64;
    }
    println!(
        "bytes {bytes} luma {:.5} channels {:.5} cpu {t:.2} MP {:.1} wall {:?}",
        luma / n,
        ch / n,
        px / 1e6,
        start.elapsed()
    );
}
