//! What holds of any bytes as a serialized file, without a container around; tests call it, too.

use unityfs::Limits;
use unityfs::serialized::SerializedFile;
use unityfs::value::{encode, to_text};

/// Damage is a clear error; what is read without one can be written again, to the byte. Whether it was read.
pub(crate) fn check(bytes: &[u8]) -> bool {
    let limits = Limits {
        values: 1 << 16,
        ..Limits::default()
    };
    let Ok(file) = SerializedFile::read(bytes, &limits) else {
        return false;
    };
    let again = file.write().expect("what was read can be written");
    let again = SerializedFile::read(&again, &limits).expect("what was written can be read");
    assert_eq!(again.objects.len(), file.objects.len());
    for object in &file.objects {
        if let Ok(value) = file.value(object, &limits) {
            let tree = &file.type_of(object).expect("it was read").tree;
            let written = encode(tree, &value).expect("what was decoded can be encoded");
            assert_eq!(written, object.bytes);
            let _ = to_text(&value);
        }
    }
    true
}
