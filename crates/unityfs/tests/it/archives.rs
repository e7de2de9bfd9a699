//! Containers.

use unityfs::Limits;
use unityfs::archive::{Archive, Compression, Packing};

use super::data;

/// All but `shark`, which is LZMA.
#[test]
fn whole_bundles_of_unity_are_written_again_byte_for_byte() {
    for name in data::REAL {
        let Some(bytes) = data::real(name) else {
            return;
        };
        let archive = Archive::read(&bytes, &Limits::default()).expect(name);
        if name == "shark" {
            assert_eq!(archive.blocks[0].compression, Compression::Lzma);
            continue;
        }
        let again = archive.write(archive.packing()).expect(name);
        assert!(again == bytes, "{name} differs");
    }
}

#[test]
fn a_packed_container_unpacks_to_what_was_packed() {
    for name in data::REAL {
        let Some(bytes) = data::real(name) else {
            return;
        };
        let archive = Archive::read(&bytes, &Limits::default()).expect(name);
        let packed = archive.write(Packing::Lz4Hc).expect(name);
        println!("{name}: {} of {}", packed.len(), archive.stream().len());
        let again = Archive::read(&packed, &Limits::default()).expect(name);
        assert!(again.stream() == archive.stream(), "{name} differs");
        assert_eq!(again.files, archive.files);
    }
}
