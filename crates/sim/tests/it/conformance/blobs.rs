//! The suite of the port `Blobs` on the folder of blobs.

use runtime::embedded::FolderBlobs;
use sim::conformance::blobs::CASES;

#[tokio::test]
async fn folder_blobs_keep_the_contract() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let blobs = FolderBlobs::open(folder.path()).expect("opened");
    for (name, case) in CASES {
        println!("{name}");
        case(&blobs).await;
    }
    let unfinished = std::fs::read_dir(folder.path().join("tmp")).expect("there");
    assert_eq!(unfinished.count(), 0, "nothing unfinished is left");
}
