//! From a container to its stream.

use super::{Archive, Block, Compression, File, blocks};
use crate::cursor::Reader;
use crate::error::BlockName;
use crate::{Error, Limits, Result};

const WITH_DIRECTORY: u32 = 0x40;
const INFO_AT_END: u32 = 0x80;
const INFO_PADDED: u32 = 0x200;
const KNOWN: u32 = 0x3f | WITH_DIRECTORY | INFO_PADDED;

struct Header<'a> {
    player: &'a str,
    engine: &'a str,
    info_packed: u32,
    info_bytes: u32,
    flags: u32,
}

impl Archive {
    /// Reads and unpacks a container.
    ///
    /// # Errors
    /// When it is no UnityFS container of format 8, ends early, contradicts itself, or is over a limit.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let header = header(&mut reader, bytes.len())?;
        Error::check(
            "info block",
            u64::from(header.info_bytes),
            limits.info_bytes,
        )?;
        reader.align("info block", 16)?;
        let packed = reader.take("info block", header.info_packed as usize)?;
        let compression = Compression::from_flags(header.flags)?;
        let mut info = Vec::new();
        blocks::unpack(
            BlockName::Info,
            compression,
            packed,
            header.info_bytes,
            &mut info,
        )?;
        if header.flags & INFO_PADDED != 0 {
            reader.align("data blocks", 16)?;
        }

        let mut info = Reader::new(&info);
        let blocks = block_list(&mut info, limits)?;
        let files = directory(&mut info, limits)?;
        let stream = unpack_all(&mut reader, &blocks, limits)?;
        for file in &files {
            let end = file.offset.saturating_add(file.size);
            Error::check("end of a file in the stream", end, stream.len() as u64)?;
        }
        Ok(Self {
            player: header.player.to_owned(),
            engine: header.engine.to_owned(),
            flags: header.flags,
            info_bytes: (header.info_packed, header.info_bytes),
            blocks,
            files,
            stream,
        })
    }
}

fn header<'a>(reader: &mut Reader<'a>, length: usize) -> Result<Header<'a>> {
    let signature = reader.take("signature", 8)?;
    if signature != b"UnityFS\0" {
        let text = signature.escape_ascii();
        return Err(Error::invalid("signature", format!("{text}, not UnityFS")));
    }
    let format = reader.u32_be("format")?;
    if format != 8 {
        return Err(Error::unsupported("container format", format));
    }
    let player = reader.text("player version")?;
    let engine = reader.text("engine version")?;
    let size = reader.i64_be("file size")?;
    if size != length as i64 {
        let text = format!("{size} are declared, {length} are there");
        return Err(Error::invalid("file size", text));
    }
    let header = Header {
        player,
        engine,
        info_packed: reader.u32_be("packed size of the info block")?,
        info_bytes: reader.u32_be("size of the info block")?,
        flags: reader.u32_be("flags")?,
    };
    let flags = header.flags;
    if flags & INFO_AT_END != 0 || flags & WITH_DIRECTORY == 0 || flags & !KNOWN != 0 {
        return Err(Error::unsupported("container flags", format!("{flags:#x}")));
    }
    Ok(header)
}

fn block_list(info: &mut Reader<'_>, limits: &Limits) -> Result<Vec<Block>> {
    let hash: [u8; 16] = info.fixed("hash")?;
    if hash != [0; 16] {
        return Err(Error::unsupported("hash of the stream", hex::encode(hash)));
    }
    let count = info.u32_be("block count")?;
    Error::check("block count", u64::from(count), u64::from(limits.blocks))?;
    let mut blocks = Vec::new();
    for _ in 0..count {
        let bytes = info.u32_be("size of a block")?;
        let packed_bytes = info.u32_be("packed size of a block")?;
        let flags = info.u16_be("flags of a block")?;
        blocks.push(Block {
            bytes,
            packed_bytes,
            compression: Compression::from_flags(u32::from(flags))?,
            flags,
        });
    }
    let total: u64 = blocks.iter().map(|block| u64::from(block.bytes)).sum();
    Error::check("unpacked stream", total, limits.stream_bytes)?;
    Ok(blocks)
}

fn directory(info: &mut Reader<'_>, limits: &Limits) -> Result<Vec<File>> {
    let count = info.u32_be("file count")?;
    Error::check("file count", u64::from(count), u64::from(limits.files))?;
    let mut files: Vec<File> = Vec::new();
    for _ in 0..count {
        let offset = info.i64_be("offset of a file")?;
        let size = info.i64_be("size of a file")?;
        let flags = info.u32_be("flags of a file")?;
        let name = info.text("name of a file")?.to_owned();
        let unsigned =
            |what, value: i64| u64::try_from(value).map_err(|_| Error::invalid(what, value));
        if files.iter().any(|file| file.name == name) {
            return Err(Error::invalid(
                "name of a file",
                format!("{name} is there twice"),
            ));
        }
        files.push(File {
            name,
            flags,
            offset: unsigned("offset of a file", offset)?,
            size: unsigned("size of a file", size)?,
        });
    }
    if info.left() != 0 {
        let text = format!("{} bytes are left behind the directory", info.left());
        return Err(Error::invalid("info block", text));
    }
    Ok(files)
}

fn unpack_all(reader: &mut Reader<'_>, blocks: &[Block], limits: &Limits) -> Result<Vec<u8>> {
    let packed: u64 = blocks
        .iter()
        .map(|block| u64::from(block.packed_bytes))
        .sum();
    if packed != reader.left() as u64 {
        let text = format!("{packed} bytes are declared, {} are there", reader.left());
        return Err(Error::invalid("data blocks", text));
    }
    let mut stream = Vec::new();
    for (number, block) in blocks.iter().enumerate() {
        let packed = reader.take("data block", block.packed_bytes as usize)?;
        let name = BlockName::Data(number);
        blocks::unpack(name, block.compression, packed, block.bytes, &mut stream)?;
        Error::check("unpacked stream", stream.len() as u64, limits.stream_bytes)?;
    }
    Ok(stream)
}
