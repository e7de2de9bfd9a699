//! Plays every case of every processor, and makes sure that the runner itself would notice.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Case, check, folders};

fn processors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../processors")
}

#[test]
fn every_case_comes_out_alike_however_it_is_played() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for processor in processors::all() {
        let processor: Arc<dyn kernel::ErasedProcessor> = processor.into();
        let name = processor.spec().name;
        let folders = folders(&processors(), name).expect("the folder reads");
        assert!(!folders.is_empty(), "{name} has a golden case");
        for folder in folders {
            let played =
                Case::read(&folder, processor.clone()).and_then(|case| check(&case, update));
            if let Err(difference) = played {
                wrong.push(format!("{}\n  {difference}", folder.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
