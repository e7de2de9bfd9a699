//! Images for readers that know `KHR_texture_basisu`: KTX2 files of ETC1S.

use ::texture::{ChainOptions, Codec, MipChain, content_key, encode_ktx2, keep_source};

use super::{EncodedTexture, TextureEncoder, TextureKey, TextureRequest};

/// Makes KTX2 files with mip maps, and leaves an image alone where that is the smaller file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ktx2Textures;

const MIME: &str = "image/ktx2";

impl TextureEncoder for Ktx2Textures {
    fn encode(&self, request: &TextureRequest<'_>) -> Result<Option<EncodedTexture>, String> {
        if request.mime == MIME {
            return Ok(None);
        }
        let told = |error: ::texture::Error| error.to_string();
        let image = request.decode()?;
        let options = ChainOptions::ktx2(request.side_max);
        let chain = MipChain::new(&image, request.texture_usage(), &options).map_err(told)?;
        let bytes = encode_ktx2(&chain, &Codec::etc1s()).map_err(told)?;
        let pixels_max = u64::from(request.side_max).pow(2);
        if keep_source(request.bytes, &image, &chain, &bytes, pixels_max) {
            return Ok(None);
        }
        Ok(Some(EncodedTexture {
            bytes,
            mime: MIME.to_owned(),
        }))
    }

    fn key(&self, request: &TextureRequest<'_>) -> Option<TextureKey> {
        let options = ChainOptions::ktx2(request.side_max);
        let key = content_key(
            request.bytes,
            request.texture_usage(),
            &options,
            &Codec::etc1s(),
        );
        Some(*key.bytes())
    }
}
